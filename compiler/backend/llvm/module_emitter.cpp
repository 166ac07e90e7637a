#include "compiler/backend/llvm/module_emitter.h"

#include <algorithm>

#include <llvm/IR/MDBuilder.h>

#include "compiler/backend/llvm/function_emitter.h"
#include "runtime/abi.h"

namespace nphys::backend {

ModuleEmitter::ModuleEmitter(const loops::Module& source, llvm::Module& result, const Target& target,
                             const VectorMath& math, const CompileOptions& options)
    : source_(source), result_(result), math_(math), vector_math_(options.vector_math),
      vector_bytes_(target.vector_bytes), x86_(target.x86) {
    alias_root_ = llvm::MDBuilder(context()).createTBAARoot("nphys");
    for (const loops::Buffer& buffer : source.buffers)
        buffer_tags_.push_back(new_tag("buffer " + buffer.name));
    for (const loops::ScalarSlot& scalar : source.scalars)
        scalar_tags_.push_back(new_tag("scalar " + scalar.name));
    pointer_tag_ = new_tag("pointers");
    context_tag_ = new_tag("context");
    step_tag_ = new_tag("step");
    capture_tag_ = new_tag("captured");
}

void ModuleEmitter::emit() {
    for (const loops::Function& function : source_.functions) {
        emit_function(*this, function);
        if (!failure_.empty())
            return;
    }
}

void ModuleEmitter::fail(std::string message) {
    if (failure_.empty())
        failure_ = std::move(message);
}

llvm::Type* ModuleEmitter::type(loops::Type type) {
    switch (type) {
    case loops::Type::f64:
        return llvm::Type::getDoubleTy(context());
    case loops::Type::f32:
        return llvm::Type::getFloatTy(context());
    case loops::Type::i64:
        return llvm::Type::getInt64Ty(context());
    case loops::Type::truth:
        return llvm::Type::getInt1Ty(context());
    }
    return nullptr;
}

unsigned ModuleEmitter::bytes(loops::Type type) {
    return type == loops::Type::f32 ? 4 : 8;
}

llvm::MDNode* ModuleEmitter::new_tag(const std::string& name) {
    llvm::MDBuilder builder(context());
    llvm::MDNode* node = builder.createTBAAScalarTypeNode(name, alias_root_);
    return builder.createTBAAStructTagNode(node, node, 0);
}

llvm::Function* ModuleEmitter::new_function(const std::string& symbol, llvm::FunctionType* type, bool exported) {
    llvm::Function* function = llvm::Function::Create(
        type, exported ? llvm::Function::ExternalLinkage : llvm::Function::InternalLinkage, symbol, result_);
    const std::string bits = std::to_string(vector_bytes_ * 8);
    function->addFnAttr("prefer-vector-width", bits);
    function->addFnAttr("min-legal-vector-width", bits);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    // Alias information of a body would be wrong next to a `swap` in its caller.
    function->addFnAttr(llvm::Attribute::NoInline);
    return function;
}

llvm::FunctionCallee ModuleEmitter::pure_function(const std::string& symbol, llvm::Type* result, int arity) {
    const std::vector<llvm::Type*> parameters(static_cast<std::size_t>(arity), result);
    llvm::FunctionCallee callee =
        result_.getOrInsertFunction(symbol, llvm::FunctionType::get(result, parameters, false));
    auto* function = llvm::cast<llvm::Function>(callee.getCallee());
    function->setDoesNotAccessMemory();
    function->setDoesNotThrow();
    function->setWillReturn();
    return callee;
}

llvm::FunctionCallee ModuleEmitter::scalar_function(const ScalarMath& function) {
    return pure_function(std::string(function.symbol), type(loops::Type::f64), function.arity);
}

std::optional<llvm::FunctionCallee> ModuleEmitter::vector_function(const ScalarMath& function, unsigned lanes,
                                                                   loops::Type lane) {
    const auto width = lanes * static_cast<unsigned>(bytes(lane)); // numbers of f64 in a loop over f32 are wider than the machine's vectors
    const std::string symbol = vector_symbol(function.name, function.arity, lanes, bytes(lane));
    if (!vector_math_ || !x86_ || width > vector_bytes_ || math_.find(symbol) == nullptr)
        return std::nullopt;
    return pure_function(symbol, llvm::FixedVectorType::get(type(lane), lanes), function.arity);
}

namespace {

llvm::Type* abi_type(llvm::LLVMContext& context, runtime::AbiType type) {
    switch (type) {
    case runtime::AbiType::nothing:
        return llvm::Type::getVoidTy(context);
    case runtime::AbiType::i32:
        return llvm::Type::getInt32Ty(context);
    case runtime::AbiType::i64:
        return llvm::Type::getInt64Ty(context);
    case runtime::AbiType::f32:
        return llvm::Type::getFloatTy(context);
    case runtime::AbiType::f64:
        return llvm::Type::getDoubleTy(context);
    case runtime::AbiType::pointer:
        return llvm::PointerType::getUnqual(context);
    }
    return nullptr;
}

} // namespace

llvm::Function* ModuleEmitter::service(const std::string& name) {
    if (llvm::Function* known = result_.getFunction(name))
        return known;
    const std::vector<runtime::Service> services = runtime::services();
    const auto row = std::ranges::find(services, name, &runtime::Service::name);
    if (row == services.end())
        return nullptr;
    std::vector<llvm::Type*> parameters;
    for (const runtime::AbiType parameter : row->parameters)
        parameters.push_back(abi_type(context(), parameter));
    llvm::Function* function =
        llvm::Function::Create(llvm::FunctionType::get(abi_type(context(), row->result), parameters, false),
                               llvm::Function::ExternalLinkage, name, result_);
    function->setDoesNotThrow();
    return function;
}

} // namespace nphys::backend
