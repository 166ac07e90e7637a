#include "compiler/backend/llvm/compile.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "compiler/backend/llvm/assembly.h"
#include "compiler/backend/llvm/jit.h"
#include "compiler/backend/llvm/module_emitter.h"
#include "compiler/backend/llvm/object.h"

namespace nphys::backend {

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

// One translation of a module, loaded.
struct Code {
    LoadedObject object;
    std::map<std::string, nphys_function, std::less<>> functions;
    CompileTimings timings;
    std::string processor, ir, assembly;
    bool preliminary = false;
};

std::vector<ObjectOrFailure> compile_parts(const loops::Module& source, const VectorMath& math,
                                           const CompileOptions& options) {
    const unsigned parts = worthwhile_parts(source, options);
    const auto compile_part = [&](unsigned n) { return compile_object(source, {n, parts}, math, options); };
    std::vector<std::future<ObjectOrFailure>> later;
    for (unsigned n = 1; n < parts; ++n)
        later.push_back(std::async(std::launch::async, compile_part, n));
    std::vector<ObjectOrFailure> objects;
    objects.push_back(compile_part(0));
    for (auto& object : later)
        objects.push_back(object.get());
    return objects;
}

tl::expected<Code, std::string> translate(const loops::Module& source, const VectorMath& math,
                                          const CompileOptions& options) {
    std::vector<ObjectOrFailure> objects = compile_parts(source, math, options);
    Code code;
    CompileTimings& timings = code.timings;
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
        code.preliminary |= object->preliminary;
    }
    code.processor = objects.front()->processor;
    code.ir = std::move(objects.front()->ir);
    code.assembly = std::move(objects.front()->assembly);

    const auto begin = std::chrono::steady_clock::now();
    auto loaded = LoadedObject::load(std::move(files), symbols);
    if (!loaded)
        return tl::unexpected(loaded.error());
    code.object = std::move(*loaded);
    for (const loops::Function& function : source.functions) {
        const auto address = code.object.find(symbol_of(function.name));
        if (!address)
            return tl::unexpected(address.error());
        code.functions[function.name] = reinterpret_cast<nphys_function>(*address);
    }
    timings.link = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return code;
}

} // namespace

struct CompiledModule::State {
    VectorMath math; // its library stays loaded as long as the code that calls it
    Code first;
    std::optional<Code> better;
    std::atomic<const Code*> current = &first;
    std::future<void> replacement; // the last member: what it writes to is there until it has ended

    // The preliminary code stays loaded, as it may be running.
    void replace_later(const loops::Module& source, CompileOptions options) {
        options.quick_start = false;
        replacement = std::async(std::launch::async, [this, source, options = std::move(options)] {
            auto code = translate(source, math, options);
            if (!code)
                return; // the first code does the same
            better.emplace(std::move(*code));
            current.store(&*better, std::memory_order_release);
        });
    }
};

CompiledModule::CompiledModule(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledModule::CompiledModule(CompiledModule&&) noexcept = default;
CompiledModule& CompiledModule::operator=(CompiledModule&&) noexcept = default;
CompiledModule::~CompiledModule() = default;

nphys_function CompiledModule::function(std::string_view name) const {
    const Code& code = *state_->current.load(std::memory_order_acquire);
    const auto found = code.functions.find(name);
    return found == code.functions.end() ? nullptr : found->second;
}

bool CompiledModule::preliminary() const {
    return state_->current.load(std::memory_order_acquire)->preliminary;
}
const CompileTimings& CompiledModule::timings() const {
    return state_->first.timings;
}
const std::string& CompiledModule::processor() const {
    return state_->first.processor;
}
const std::string& CompiledModule::ir() const {
    return state_->first.ir;
}
std::string CompiledModule::assembly(std::string_view name) const {
    const std::string& whole = state_->first.assembly;
    return name.empty() ? whole : assembly_of(whole, symbol_of(name));
}

tl::expected<CompiledModule, std::string> compile(const loops::Module& source, const CompileOptions& options) {
    auto state = std::make_unique<CompiledModule::State>();
    state->math = VectorMath::load();
    auto code = translate(source, state->math, options);
    if (!code)
        return tl::unexpected(code.error());
    state->first = std::move(*code);
    if (state->first.preliminary)
        state->replace_later(source, options);
    return CompiledModule(std::move(state));
}

} // namespace nphys::backend
