#include "compiler/algebra/hash.h"

#include <bit>

namespace nphys::algebra {

namespace {

// Mixes what it is given, one word after another (the finalizer of MurmurHash3).
class Mixer {
public:
    explicit Mixer(std::size_t seed) : state_(seed) {}

    Mixer& operator()(std::uint64_t word) {
        state_ = (state_ ^ word) * 0xff51afd7ed558ccdULL;
        state_ ^= state_ >> 33;
        return *this;
    }
    Mixer& operator()(std::int64_t word) { return (*this)(static_cast<std::uint64_t>(word)); }
    Mixer& operator()(Expr expression) { return (*this)(std::uint64_t{expression.id}); }
    Mixer& operator()(const Place& place) {
        (*this)(std::uint64_t{place.index.value});
        for (const std::int64_t offset : place.offset)
            (*this)(offset);
        return *this;
    }
    template <class T>
    Mixer& operator()(const std::vector<T>& items) {
        for (const T& item : items)
            (*this)(item);
        return *this;
    }
    [[nodiscard]] std::size_t value() const { return state_; }

private:
    std::uint64_t state_;
};

struct MixIn {
    Mixer& mix;

    void operator()(const Rational& node) const { mix(node.numerator)(node.denominator); }
    void operator()(const Real& node) const { mix(std::bit_cast<std::uint64_t>(node.value)); }
    void operator()(const Pi&) const {}
    void operator()(const ImaginaryUnit&) const {}
    void operator()(const Parameter& node) const { mix(std::uint64_t{node.symbol.value}); }
    void operator()(const Time&) const {}
    void operator()(const Step&) const {}
    void operator()(const Element& node) const { mix(std::uint64_t{node.tensor.value})(node.positions); }
    void operator()(const Coordinate& node) const { mix(node.place)(std::uint64_t{node.axis}); }
    void operator()(const IndexValue& node) const { mix(node.place)(std::uint64_t{node.axis}); }
    void operator()(const Delta& node) const { mix(node.left)(node.right); }
    void operator()(const Within& node) const { mix(node.place)(std::uint64_t{node.axis})(node.first)(node.last); }
    void operator()(const EdgeSign& node) const { mix(node.place)(std::uint64_t{node.axis}); }
    void operator()(const Reduce& node) const {
        mix(static_cast<std::uint64_t>(node.operation))(std::uint64_t{node.index.value})(node.body);
    }
    void operator()(const Add& node) const { mix(node.terms); }
    void operator()(const Multiply& node) const { mix(node.factors); }
    void operator()(const Power& node) const { mix(node.base)(node.exponent); }
    void operator()(const Apply& node) const { mix(static_cast<std::uint64_t>(node.op))(node.arguments); }
    void operator()(const Spectral& node) const {
        mix(static_cast<std::uint64_t>(node.part))(node.function)(std::uint64_t{node.row})(std::uint64_t{node.column})(node.entries);
        for (const std::uint16_t direction : node.directions)
            mix(std::uint64_t{direction});
    }
    void operator()(const Select& node) const { mix(node.condition)(node.chosen)(node.otherwise); }
    void operator()(const AtStart& node) const { mix(node.value); }
    void operator()(const AtEnd& node) const { mix(node.value); }
};

} // namespace

std::size_t hash_of(const Node& node) {
    Mixer mix(node.index() * 0x9e3779b97f4a7c15ULL);
    std::visit(MixIn{mix}, node);
    return mix.value();
}

} // namespace nphys::algebra
