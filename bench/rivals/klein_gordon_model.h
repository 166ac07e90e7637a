#pragma once
// The Klein–Gordon model as a user writes it, through the whole compiler.
//
// In: sites along an edge, the precision, mass and dt, threads. Out: the compiled model, its fields in memory, and
// step(n): n leapfrog steps, with half kicks at both ends.

#include <cstdint>
#include <memory>
#include <span>

namespace nphys::bench {

class KleinGordonModel {
public:
    // Null, with a message on the terminal, where the model does not compile.
    static std::unique_ptr<KleinGordonModel> create(std::int64_t n, bool single_precision, double mass, double dt,
                                                    int threads);
    ~KleinGordonModel();

    template <class Float>
    [[nodiscard]] std::span<Float> phi() {
        return {static_cast<Float*>(field(0)), sites_};
    }
    template <class Float>
    [[nodiscard]] std::span<Float> pi() {
        return {static_cast<Float*>(field(1)), sites_};
    }
    void step(std::int64_t steps);

private:
    struct State;
    KleinGordonModel(std::unique_ptr<State> state, std::size_t sites);
    [[nodiscard]] void* field(std::size_t index);

    std::unique_ptr<State> state_;
    std::size_t sites_;
};

} // namespace nphys::bench
