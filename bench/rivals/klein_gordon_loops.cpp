#include "bench/rivals/klein_gordon_loops.h"

#include "compiler/loops/build.h"

namespace nphys::bench {

using namespace loops;

namespace {

struct Rows {
    IntegerId here, below, above, before, after; // of the first site of each row
};

class Writer {
public:
    Writer(const KleinGordonLoops& model, FunctionBuilder& build, std::int64_t n, Type type, bool peeled)
        : model_(model), build_(build), n_(n), type_(type), peeled_(peeled) {}

    void in_place() {
        build_.blocks(build_.integer(n_), [&](IntegerId first, IntegerId last) {
            drift_plane(first);
            build_.when(build_.less(first, build_.add(last, -1)), [&] { drift_plane(build_.add(last, -1)); });
        });
        build_.blocks(build_.integer(n_), [&](IntegerId first, IntegerId last) {
            const IntegerId split = build_.let("split", build_.maximum(first, build_.add(last, -2)));
            build_.loop(LoopKind::serial, "z", first, split, [&](IntegerId z) { planes(z, true, false); });
            build_.loop(LoopKind::serial, "z", split, last, [&](IntegerId z) { planes(z, false, false); });
        });
    }

    void streamed() {
        build_.blocks(build_.integer(n_), [&](IntegerId first, IntegerId last) {
            build_.loop(LoopKind::serial, "z", first, last, [&](IntegerId z) { planes(z, false, true); });
        });
        build_.swap(model_.phi, model_.next);
    }

private:
    void drift_plane(IntegerId z) {
        const IntegerId base = build_.let("plane", build_.multiply(z, n_ * n_));
        build_.loop(LoopKind::vector, "i", build_.integer(0), build_.integer(n_ * n_),
                    [&](IntegerId i) { drift(build_.add(base, i)); });
    }

    ValueId drift(IntegerId index) {
        const ValueId dt = build_.scalar(model_.dt, type_);
        const ValueId value = build_.fma(dt, build_.load(model_.pi, index), build_.load(model_.phi, index));
        build_.store(model_.phi, index, value);
        return value;
    }

    IntegerId wrapped(const char* name, IntegerId coordinate, std::int64_t shift, std::int64_t stride) {
        return build_.let(name, build_.multiply(build_.remainder(build_.add(coordinate, shift + n_), n_), stride));
    }

    void planes(IntegerId z, bool drifts, bool streams) {
        const IntegerId plane = build_.let("plane", build_.multiply(z, n_ * n_));
        const IntegerId before = wrapped("before", z, -1, n_ * n_), after = wrapped("after", z, 1, n_ * n_);
        build_.loop(LoopKind::serial, "y", build_.integer(0), build_.integer(n_), [&](IntegerId y) {
            const IntegerId at = build_.let("at", build_.multiply(y, n_));
            const Rows rows = {build_.add(plane, at), build_.add(plane, wrapped("below", y, -1, n_)),
                               build_.add(plane, wrapped("above", y, 1, n_)), build_.add(before, at),
                               build_.add(after, at)};
            if (!peeled_) {
                build_.loop(LoopKind::vector, "x", build_.integer(0), build_.integer(n_), [&](IntegerId x) {
                    site(rows, x, build_.remainder(build_.add(x, n_ - 1), n_), build_.remainder(build_.add(x, 1), n_),
                         drifts, streams);
                });
                return;
            }
            site(rows, build_.integer(0), build_.integer(n_ - 1), build_.integer(1), drifts, streams);
            build_.loop(LoopKind::vector, "x", build_.integer(1), build_.integer(n_ - 1),
                        [&](IntegerId x) { site(rows, x, build_.add(x, -1), build_.add(x, 1), drifts, streams); });
            site(rows, build_.integer(n_ - 1), build_.integer(n_ - 2), build_.integer(0), drifts, streams);
        });
    }

    void site(const Rows& rows, IntegerId x, IntegerId left, IntegerId right, bool drifts, bool streams) {
        const auto phi = [&](IntegerId row, IntegerId place) {
            return build_.load(model_.phi, build_.add(row, place));
        };
        const ValueId middle = phi(rows.here, x);
        const ValueId along = build_.add(phi(rows.here, left), phi(rows.here, right));
        const ValueId across = build_.add(phi(rows.below, x), phi(rows.above, x));
        const ValueId before = phi(rows.before, x);
        const IntegerId index = build_.add(rows.here, x);
        const ValueId old = build_.load(model_.pi, index);
        const ValueId after = drifts ? drift(build_.add(rows.after, x)) : phi(rows.after, x);
        const ValueId sum = build_.add(build_.add(along, across), build_.add(before, after));
        const ValueId kicked = build_.fma(build_.scalar(model_.sides, type_), sum,
                                          build_.fma(build_.scalar(model_.centre, type_), middle, old));
        build_.store(model_.pi, index, kicked);
        if (streams)
            build_.store(model_.next, index, build_.fma(build_.scalar(model_.dt, type_), kicked, middle), true);
    }

    const KleinGordonLoops& model_;
    FunctionBuilder& build_;
    std::int64_t n_;
    Type type_;
    bool peeled_;
};

BufferId add_buffer(Module& module, const char* name, Type type, std::int64_t size) {
    module.buffers.push_back({name, type, BufferRole::state, size, {}});
    return BufferId{static_cast<std::uint32_t>(module.buffers.size() - 1)};
}

ScalarId add_scalar(Module& module, const char* name) {
    module.scalars.push_back({name, {}, 0});
    return ScalarId{static_cast<std::uint32_t>(module.scalars.size() - 1)};
}

} // namespace

KleinGordonLoops klein_gordon_loops(std::int64_t n, Type type, bool streamed, bool peeled) {
    KleinGordonLoops model;
    Module& module = model.module;
    module.name = "klein_gordon";
    model.phi = add_buffer(module, "phi", type, n * n * n);
    model.pi = add_buffer(module, "pi", type, n * n * n);
    model.next = add_buffer(module, "next", type, streamed ? n * n * n : 1);
    model.dt = add_scalar(module, "dt");
    model.sides = add_scalar(module, "sides");
    model.centre = add_scalar(module, "centre");
    module.step_size = model.dt;
    module.time = add_scalar(module, "t");
    module.start_time = add_scalar(module, "t_start");
    FunctionBuilder build(module, "advance");
    build.loop(LoopKind::serial, "s", build.integer(0), build.argument(), [&](IntegerId) {
        Writer writer(model, build, n, type, peeled);
        if (streamed)
            writer.streamed();
        else
            writer.in_place();
        build.advance_step();
    });
    module.functions.push_back(build.finish());
    return model;
}

} // namespace nphys::bench
