#pragma once
// The loop IR: explicit loops over memory, the one form from which the interpreter runs, LLVM code is generated and C++ is
// written. It says everything about order, memory and arithmetic (fused multiply-adds are explicit, reductions have a fixed
// order), so that all three agree to the last bit, except for vector versions of transcendental functions.
//
// Integers (loop variables, offsets) and numbers (values of the model) are apart. Numbers are in single-assignment form: a
// ValueId is defined once, before its uses, in the same block or an enclosing one.
//
// Example, one kick of a 1-D field:   parallel b in 0..threads { vector x in N*b/threads .. N*(b+1)/threads {
//     v0 = load phi[x]; v1 = load pi[x]; v2 = scalar c; v3 = fma(v2, v0, v1); store pi[x] = v3 } }

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/algebra/ops.h"
#include "compiler/base/ids.h"

namespace nphys::loops {

enum class Type : std::uint8_t { f64, f32, i64, truth };

using BufferId = Id<struct BufferTag>;
using ScalarId = Id<struct ScalarTag>;
using VariableId = Id<struct VariableTag>;       // an integer variable of one function
using ValueId = Id<struct ValueTag>;             // a number of one function
using AccumulatorId = Id<struct AccumulatorTag>; // of one function
using IntegerId = Id<struct IntegerTag>;         // an integer expression, in Function::integers

// ---- What a module owns -----------------------------------------------------------------------------------------------

enum class BufferRole : std::uint8_t {
    state,          // survives from step to step, written to checkpoints
    constant,       // filled once by `constants`, or by the host from data
    temporary,      // owned by the kernels
    output,         // values of observables, read by the host after `observe`
};

struct Buffer {
    std::string name;             // ASCII identifier, unique: "phi", "phi_1" (component), "phi_next", "J_column"
    Type type = Type::f64;        // f64, f32 or i64
    BufferRole role = BufferRole::state;
    std::int64_t size = 0;        // elements
    std::string origin;           // the user's own words for it: "φ[i,1]", for comments and messages
};

// A number that is the same everywhere while a function runs: a parameter, t, dt, or what is computed from them.
struct ScalarSlot {
    std::string name;             // ASCII identifier
    std::string origin;           // user's name
    double initial = 0;
};

// ---- Integer expressions ----------------------------------------------------------------------------------------------

enum class IntegerOp : std::uint8_t {
    constant,       // value
    variable,       // of a loop or Let
    argument,       // the integer argument of the function (number of steps)
    threads,        // how many threads the pool has (>= 1)
    step,           // number of the current step, counted from 0; AdvanceStep adds 1
    add, subtract, multiply,
    divide, remainder,            // floor division and its remainder (>= 0); divisor positive
    minimum, maximum,
    less, equal,                  // 0 or 1
    load,                         // element `a` of an i64 buffer
};

struct Integer {
    IntegerOp op = IntegerOp::constant;
    std::int64_t value = 0;
    VariableId variable;
    BufferId buffer;
    IntegerId a, b;
};

// ---- Numbers ----------------------------------------------------------------------------------------------------------

// Types: arguments and result of an operation are all f64 or all f32 (f32: each operation is rounded to f32), but for:
// Constant, ReadScalar and ReadAccumulator of type f32 round the f64 number; Load has the type of its buffer (f64, f32);
// FromInteger is f64, f32 or i64 (i64 only to be stored); comparisons take numbers and give `truth`, logic is of truths;
// select takes a truth first; convert goes between f64, f32 and truth (truth to 0 or 1; a number to "is not 0").
struct Constant { double value; };
struct ReadScalar { ScalarId scalar; };
struct Load { BufferId buffer; IntegerId index; };
struct FromInteger { IntegerId integer; };
struct ReadAccumulator { AccumulatorId accumulator; };
enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide, negate, fma, square_root, select, convert };
struct Compute { Arithmetic op; std::vector<ValueId> arguments; };   // fma: a*b + c rounded once; select: condition, yes, no; convert: to the type of the result
struct Call { algebra::Op op; std::vector<ValueId> arguments; };     // primitive of ops.def with real arguments
struct IntegerPower { ValueId base; std::int32_t exponent; };        // by repeated multiplication, order fixed in power.h
struct RealPower { ValueId base, exponent; };                        // pow
// A random number of the run's seed, a pure function of all that stands here: standard normal, or uniform in (0, 1). See
// runtime/random/noise.h for f64, noise_single.h for f32: both are open at 0 and at 1.
enum class Distribution : std::uint8_t { normal, uniform };
struct Draw { Distribution distribution; std::uint32_t stream; IntegerId row, column, step; };

[[nodiscard]] constexpr bool gives_truth(algebra::Op op) { return op >= algebra::Op::less && op <= algebra::Op::logical_not; }
[[nodiscard]] constexpr bool takes_truths(algebra::Op op) { return op >= algebra::Op::logical_and && op <= algebra::Op::logical_not; }

using Operation =
    std::variant<Constant, ReadScalar, Load, FromInteger, ReadAccumulator, Compute, Call, IntegerPower, RealPower, Draw>;

// ---- Statements -------------------------------------------------------------------------------------------------------

struct Statement;
using Block = std::vector<Statement>;

enum class LoopKind : std::uint8_t {
    serial,
    parallel,       // over blocks: iterations are independent; runs on the pool; not nested; ends with a barrier
    vector,         // innermost: iterations are independent but for Accumulate; body has only Define, Store, Accumulate, Let
};

struct For {
    VariableId variable;
    IntegerId begin, end;         // half open
    LoopKind kind = LoopKind::serial;
    std::shared_ptr<Block> body;
};
struct If { IntegerId condition; std::shared_ptr<Block> body; };      // runs where the integer is not 0
// Runs its body until the scalar is not 0, looking before each time; `most` times at most. Never inside parallel or vector loops.
struct Repeat { ScalarId until; IntegerId most; std::shared_ptr<Block> body; };
struct Let { VariableId variable; IntegerId value; };                 // an integer variable, assigned once an execution of its block
struct Define { ValueId value; Type type; Operation operation; };
struct Store { BufferId buffer; IntegerId index; ValueId value; bool streaming = false; };   // streaming: past the caches
struct SetScalar { ScalarId scalar; ValueId value; };                 // never inside a parallel loop
// An accumulator has 16 lanes of f64. Iteration n (counted from begin) of a vector loop goes to lane n mod 16, anything else to
// lane 0. Reading combines lane l with l+8, then l+4, l+2, l+1. So sums do not depend on the vector width.
// maximum: lane := value > lane ? value : lane, and on reading lane[l] := lane[l+8] > lane[l] ? lane[l+8] : lane[l]; minimum with <.
enum class Combine : std::uint8_t { sum, product, maximum, minimum };
struct Open { AccumulatorId accumulator; Combine combine; };          // lanes := 0, 1, -inf, +inf
struct Accumulate { AccumulatorId accumulator; ValueId value; };      // value is f64
struct Swap { BufferId a, b; };                                       // exchanges two buffers of equal size (pointers, not contents); not inside parallel loops
struct AdvanceStep {};                                                // step += 1; time slot := start_time + step*dt (Module::time, step_size; two roundings)
// A service of the runtime: `service` is the name of a row of runtime/abi.def ("nphys_gemv_f64"), arguments are those of the row
// in order, without the pool where the row begins with one (then it is called with the context's pool). Buffers are passed as
// pointers to an element, f32 numbers as f64 or f32 values. Its result is not used. Never inside parallel or vector loops.
struct Address {
    BufferId buffer;
    IntegerId index;              // invalid: the first element
    Address(BufferId of, IntegerId at = {}) : buffer(of), index(at) {}
};
using Argument = std::variant<Address, IntegerId, ValueId>;
struct CallService { std::string service; std::vector<Argument> arguments; };

struct Statement {
    std::variant<For, If, Repeat, Let, Define, Store, SetScalar, Open, Accumulate, Swap, AdvanceStep, CallService> node;
    std::string comment;          // for readers of the dump and of emitted C++: "kick π by dt/2 (Eq. 3.9)"; may be empty
};

struct Function {
    std::string name;
    std::vector<Integer> integers;
    std::vector<std::string> variables;          // names, by VariableId
    std::vector<Type> values;                    // types, by ValueId
    std::size_t accumulators = 0;
    Block body;
};

// Functions of a module: `constants` (fills constant buffers once parameters are set), `initialize`, `advance` (argument: number of
// steps), `observe` (fills output buffers); for adaptive schemes also `attempt` and `accept`.
struct Module {
    std::string name;             // of the model
    std::vector<Buffer> buffers;
    std::vector<ScalarSlot> scalars;
    ScalarId time, step_size, start_time;         // slots of t, dt, and t at step 0
    std::vector<Function> functions;
};

} // namespace nphys::loops
