#pragma once
// A model as a user writes it, through the whole compiler.
//
// In: its text, threads. Out: the compiled model, its fields in memory, and step(n).

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace nphys::bench {

class CompiledModel {
public:
    // Null, with a message on the terminal, where the model does not compile.
    static std::unique_ptr<CompiledModel> create(const std::string& text, int threads);
    ~CompiledModel();

    // The arrays of the state: components of tensors in the order in which the model declares them. Buffers may have changed
    // places since the last step.
    template <class Float>
    [[nodiscard]] std::span<Float> field(std::size_t index) {
        return {static_cast<Float*>(data(index)), size(index)};
    }
    void step(std::int64_t steps);

private:
    struct State;
    explicit CompiledModel(std::unique_ptr<State> state);
    [[nodiscard]] void* data(std::size_t index);
    [[nodiscard]] std::size_t size(std::size_t index);

    std::unique_ptr<State> state_;
};

} // namespace nphys::bench
