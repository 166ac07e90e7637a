#include "compiler/backend/llvm/compile.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <thread>

#include "compiler/backend/llvm/assembly.h"
#include "compiler/backend/llvm/jit.h"
#include "compiler/backend/llvm/module_emitter.h"
#include "compiler/backend/llvm/object.h"

namespace nphys::backend {

struct CompiledModule::State {
    VectorMath math; // its library stays loaded as long as the code that calls it
    std::map<std::string, nphys_function, std::less<>> functions;
    LoadedObject object;
    CompileTimings timings;
    std::string processor, ir, assembly;
};

namespace {

// How much a function holds, as a measure of the time it takes.
std::size_t size_of(const loops::Block& block) {
    std::size_t size = block.size();
    for (const loops::Statement& statement : block) {
        if (const auto* loop = std::get_if<loops::For>(&statement.node))
            size += size_of(*loop->body);
        if (const auto* branch = std::get_if<loops::If>(&statement.node))
            size += size_of(*branch->body);
    }
    return size;
}

// Two modules of about the same size with the functions of one, or the one where a second thread would not pay.
std::vector<loops::Module> shared_out(const loops::Module& source) {
    constexpr std::size_t worth_a_thread = 150; // statements: some milliseconds
    std::vector<std::pair<std::size_t, const loops::Function*>> by_size;
    for (const loops::Function& function : source.functions)
        by_size.emplace_back(size_of(function.body), &function);
    std::ranges::stable_sort(by_size, std::ranges::greater{}, [](const auto& one) { return one.first; });
    std::vector<loops::Module> parts(2, source);
    std::size_t sizes[2] = {0, 0};
    for (loops::Module& part : parts)
        part.functions.clear();
    for (const auto& [size, function] : by_size) {
        const std::size_t smaller = sizes[0] <= sizes[1] ? 0 : 1;
        parts[smaller].functions.push_back(*function);
        sizes[smaller] += size;
    }
    if (std::thread::hardware_concurrency() < 2 || std::min(sizes[0], sizes[1]) < worth_a_thread)
        return {source};
    return parts;
}

} // namespace

CompiledModule::CompiledModule(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledModule::CompiledModule(CompiledModule&&) noexcept = default;
CompiledModule& CompiledModule::operator=(CompiledModule&&) noexcept = default;
CompiledModule::~CompiledModule() = default;

nphys_function CompiledModule::function(std::string_view name) const {
    const auto found = state_->functions.find(name);
    return found == state_->functions.end() ? nullptr : found->second;
}

const CompileTimings& CompiledModule::timings() const {
    return state_->timings;
}
const std::string& CompiledModule::processor() const {
    return state_->processor;
}
const std::string& CompiledModule::ir() const {
    return state_->ir;
}
std::string CompiledModule::assembly(std::string_view name) const {
    return name.empty() ? state_->assembly : assembly_of(state_->assembly, symbol_of(name));
}

tl::expected<CompiledModule, std::string> compile(const loops::Module& source, const CompileOptions& options) {
    auto state = std::make_unique<CompiledModule::State>();
    state->math = VectorMath::load();
    const std::vector<loops::Module> parts = options.keep_text ? std::vector{source} : shared_out(source);
    std::vector<std::future<ObjectOrFailure>> later;
    for (std::size_t n = 1; n < parts.size(); ++n)
        later.push_back(std::async(std::launch::async, [&, n] { return compile_object(parts[n], state->math, options); }));
    std::vector<ObjectOrFailure> objects;
    objects.push_back(compile_object(parts.front(), state->math, options));
    for (auto& object : later)
        objects.push_back(object.get());

    CompileTimings& timings = state->timings;
    std::vector<llvm::SmallVector<char, 0>> files;
    std::map<std::string, void*> symbols;
    for (ObjectOrFailure& object : objects) {
        if (!object)
            return tl::unexpected(object.error());
        timings.translate = std::max(timings.translate, object->timings.translate);
        timings.optimize = std::max(timings.optimize, object->timings.optimize);
        timings.generate = std::max(timings.generate, object->timings.generate);
        symbols.merge(object->symbols);
        files.push_back(std::move(object->code));
    }
    state->processor = objects.front()->processor;
    state->ir = std::move(objects.front()->ir);
    state->assembly = std::move(objects.front()->assembly);

    const auto begin = std::chrono::steady_clock::now();
    auto loaded = LoadedObject::load(std::move(files), symbols);
    if (!loaded)
        return tl::unexpected(loaded.error());
    state->object = std::move(*loaded);
    for (const loops::Function& function : source.functions) {
        const auto address = state->object.find(symbol_of(function.name));
        if (!address)
            return tl::unexpected(address.error());
        state->functions[function.name] = reinterpret_cast<nphys_function>(*address);
    }
    timings.link = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return CompiledModule(std::move(state));
}

} // namespace nphys::backend
