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
        if (const auto* repeat = std::get_if<loops::Repeat>(&statement.node))
            size += size_of(*repeat->body);
    }
    return size;
}

unsigned worthwhile_parts(const loops::Module& source, const CompileOptions& options) {
    constexpr std::size_t worth_a_thread = 300; // statements: some milliseconds
    std::size_t size = 0;
    for (const loops::Function& function : source.functions)
        size += size_of(function.body);
    return options.keep_text || size < worth_a_thread || std::thread::hardware_concurrency() < 2 ? 1 : 2;
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
    const unsigned parts = worthwhile_parts(source, options);
    const auto compile_part = [&](unsigned n) { return compile_object(source, {n, parts}, state->math, options); };
    std::vector<std::future<ObjectOrFailure>> later;
    for (unsigned n = 1; n < parts; ++n)
        later.push_back(std::async(std::launch::async, compile_part, n));
    std::vector<ObjectOrFailure> objects;
    objects.push_back(compile_part(0));
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
