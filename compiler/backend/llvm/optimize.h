#pragma once
// Defines the passes that LLVM runs over our code, and the generation of machine code.
//
// In: a verified llvm::Module. Out: the same, optimized in place; an object file in memory, or assembly.
// Holds: loops keep the vectors and the unrolling that they were written with; floating-point results keep their bits.

#include <string>

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace nphys::backend {

// A text that says which passes run: code made by others is not taken for ours.
[[nodiscard]] std::string code_generation(int level);

void optimize(llvm::Module& module, llvm::TargetMachine& machine, int level);

// False when the machine cannot write such a file.
[[nodiscard]] bool generate_object(llvm::Module& module, llvm::TargetMachine& machine,
                                   llvm::SmallVectorImpl<char>& object);
[[nodiscard]] std::string generate_assembly(llvm::Module& module, llvm::TargetMachine& machine);

} // namespace nphys::backend
