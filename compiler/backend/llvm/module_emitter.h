#pragma once
// Defines what all functions of one module share while LLVM IR is written: types, alias information, declarations.
//
// In: a loops::Module and the target. Out: an llvm::Module with one function `model_<name>` for each function and one
// `model_<name>.block<k>` for the body of each parallel loop.
// Holds afterwards: the module passes LLVM's verifier, or failure() tells what could not be translated.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include "compiler/backend/llvm/compile.h"
#include "compiler/backend/llvm/math.h"
#include "compiler/backend/llvm/target.h"
#include "compiler/loops/loops.h"

namespace nphys::backend {

[[nodiscard]] inline std::string symbol_of(std::string_view function) {
    return "model_" + std::string(function);
}

class ModuleEmitter {
public:
    ModuleEmitter(const loops::Module& source, llvm::Module& result, const Target& target, const VectorMath& math,
                  const CompileOptions& options);
    void emit();

    [[nodiscard]] const std::string& failure() const { return failure_; }
    void fail(std::string message);

    [[nodiscard]] const loops::Module& source() const { return source_; }
    [[nodiscard]] llvm::Module& result() { return result_; }
    [[nodiscard]] llvm::LLVMContext& context() { return result_.getContext(); }
    [[nodiscard]] unsigned vector_bytes() const { return vector_bytes_; }
    [[nodiscard]] bool x86() const { return x86_; }

    // ---- Types
    [[nodiscard]] llvm::Type* type(loops::Type type);
    [[nodiscard]] static unsigned bytes(loops::Type type);
    [[nodiscard]] loops::Type element(loops::BufferId buffer) const { return source_.buffers[buffer.index()].type; }

    // ---- Alias information: each kind of memory is a type of its own to LLVM, and no two types share memory
    [[nodiscard]] llvm::MDNode* buffer_tag(loops::BufferId buffer) { return buffer_tags_[buffer.index()]; }
    [[nodiscard]] llvm::MDNode* scalar_tag(loops::ScalarId scalar) { return scalar_tags_[scalar.index()]; }
    [[nodiscard]] llvm::MDNode* pointer_tag() { return pointer_tag_; } // context->buffers[i]
    [[nodiscard]] llvm::MDNode* context_tag() { return context_tag_; } // members of the context that stay as they are
    [[nodiscard]] llvm::MDNode* step_tag() { return step_tag_; }
    [[nodiscard]] llvm::MDNode* capture_tag() { return capture_tag_; }
    [[nodiscard]] llvm::MDNode* new_tag(const std::string& name);

    // ---- Functions
    [[nodiscard]] llvm::Function* new_function(const std::string& symbol, llvm::FunctionType* type, bool exported);
    [[nodiscard]] llvm::FunctionCallee scalar_function(const ScalarMath& function);
    // With `lanes` lanes of f64 or f32; nothing where the machine has none.
    [[nodiscard]] std::optional<llvm::FunctionCallee> vector_function(const ScalarMath& function, unsigned lanes,
                                                                      loops::Type type);
    // A row of abi.def; null if there is none.
    [[nodiscard]] llvm::Function* service(const std::string& name);

private:
    llvm::FunctionCallee pure_function(const std::string& symbol, llvm::Type* result, int arity);

    const loops::Module& source_;
    llvm::Module& result_;
    const VectorMath& math_;
    bool vector_math_;
    unsigned vector_bytes_;
    bool x86_;
    std::string failure_;
    llvm::MDNode* alias_root_ = nullptr;
    std::vector<llvm::MDNode*> buffer_tags_, scalar_tags_;
    llvm::MDNode *pointer_tag_ = nullptr, *context_tag_ = nullptr, *step_tag_ = nullptr, *capture_tag_ = nullptr;
};

} // namespace nphys::backend
