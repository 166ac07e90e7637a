#include "compiler/loops/write.h"

#include <utility>

namespace nphys::loops {

namespace {

void append_roots(const Sweep& sweep, std::vector<NodeId>& roots) {
    for (const Target& target : sweep.targets)
        roots.push_back(target.value);
    for (const Sweep& reduction : sweep.at_each)
        append_roots(reduction, roots);
}

void append_roots(const Schedule& schedule, std::vector<NodeId>& roots) {
    for (const Item& item : schedule) {
        if (const auto* sweep = std::get_if<Sweep>(&item)) {
            append_roots(*sweep, roots);
        } else if (const auto* pipeline = std::get_if<Pipeline>(&item)) {
            for (const Sweep& stage : pipeline->stages)
                append_roots(stage, roots);
        } else if (const auto* assign = std::get_if<Assign>(&item)) {
            roots.push_back(assign->value);
        } else if (const auto* repeat = std::get_if<Iterate>(&item)) {
            append_roots(repeat->body, roots);
        }
    }
}

} // namespace

std::vector<NodeId> ScheduleWriter::roots_of(const Sweep& sweep) {
    std::vector<NodeId> roots;
    for (const Target& target : sweep.targets)
        roots.push_back(target.value);
    return roots;
}

void ScheduleWriter::prologue(const std::vector<const Schedule*>& schedules) {
    std::vector<NodeId> roots;
    for (const Schedule* schedule : schedules)
        append_roots(*schedule, roots);
    sites_.hoist(roots, SiteWriter::Hoist::uniform);
}

void ScheduleWriter::write(const Schedule& schedule) {
    for (const Item& item : schedule)
        std::visit([this](const auto& one) { write(one); }, item);
}

void ScheduleWriter::write(const Assign& assign) {
    const SiteWriter::Scope scope(sites_);
    build_.set_scalar(assign.slot, sites_.value(assign.value));
}

void ScheduleWriter::write(const Show& show) {
    const dynamics::ShowRows& which = show.which;
    const auto number = [this](std::int64_t value) { return build_.integer(value); };
    const IntegerId seed = number(static_cast<std::int64_t>(which.seed)), rows = number(which.rows),
                    training = number(which.training), count = number(which.count);
    build_.comment(which.kept ? "rows that are kept for testing" : "rows that are shown");
    if (which.kept)
        build_.call_service("nphys_kept_rows", {show.list, seed, rows, training});
    else
        build_.call_service("nphys_shown_rows",
                            {show.list, seed, rows, training, build_.multiply(build_.step(), which.count), count});
    for (const Show::Column& column : show.columns) {
        const bool single = shop_.placed().module.buffers[column.rows.index()].type == Type::f32;
        build_.call_service(single ? "nphys_take_rows_f32" : "nphys_take_rows_f64",
                            {column.rows, column.table, show.list, count, number(column.width)});
    }
}

void ScheduleWriter::write(const Turn& turn) {
    const std::int64_t size = shop_.placed().module.buffers[turn.latest.index()].size;
    const IntegerId row = build_.let("row", build_.multiply(build_.remainder(build_.step(), turn.rows), size));
    const auto turn_part = [&](IntegerId begin, IntegerId end) {
        build_.loop(LoopKind::vector, "n", begin, end, [&](IntegerId n) {
            const IntegerId here = build_.add(row, n);
            if (turn.past.valid())
                build_.store(turn.past, n, build_.load(turn.ring, here));
            build_.store(turn.ring, here, build_.load(turn.latest, n));
        });
    };
    build_.comment("the past");
    if (size >= shop_.options().smallest_parallel)
        build_.blocks(build_.integer(size), turn_part);
    else
        turn_part(build_.integer(0), build_.integer(size));
}

void ScheduleWriter::write(const Serve& serve) {
    std::vector<Argument> arguments;
    for (const auto& argument : serve.arguments) {
        if (const auto* buffer = std::get_if<BufferId>(&argument))
            arguments.emplace_back(*buffer);
        else if (const auto* count = std::get_if<std::int64_t>(&argument))
            arguments.emplace_back(build_.integer(*count));
        else
            arguments.emplace_back(build_.constant(std::get<double>(argument)));
    }
    build_.call_service(serve.service, std::move(arguments));
}

void ScheduleWriter::write(const Iterate& repeat) {
    build_.comment(repeat.label);
    build_.repeat(repeat.until, build_.integer(repeat.most), [&] {
        const SiteWriter::Scope scope(sites_);
        write(repeat.body);
    });
}

// ---- Units and threads --------------------------------------------------------------------------------------------------------

bool ScheduleWriter::is_parallel(const Sweep& sweep, const Units& units) const {
    std::int64_t sites = 1;
    for (const AxisId axis : sweep.axes)
        sites *= shop_.extent(axis);
    for (const AxisId axis : sweep.reduced)
        sites *= shop_.extent(axis);
    if (sweep.sparse)
        sites = shop_.graph()[sweep.sparse->entry].end;
    const auto operations = static_cast<std::int64_t>(std::as_const(shop_).graph().size_below(roots_of(sweep)));
    return units.count > 1 && sites * operations >= shop_.options().smallest_parallel;
}

void ScheduleWriter::for_units(const Sweep& sweep, const Units& units, const std::function<void(IntegerId)>& body) {
    const auto serial = [&](IntegerId first, IntegerId last) {
        if (units.count == 1)
            return body(build_.integer(0));
        build_.loop(LoopKind::serial, units.chunk > 0 ? "chunk" : "plane", first, last, [&](IntegerId unit) {
            const SiteWriter::Scope scope(sites_);
            body(unit);
        });
    };
    if (!is_parallel(sweep, units))
        return serial(build_.integer(0), build_.integer(units.count));
    build_.blocks(build_.integer(units.count), [&](IntegerId first, IntegerId last) {
        const SiteWriter::Scope scope(sites_);
        serial(first, last);
    });
}

void ScheduleWriter::write(const Sweep& sweep) {
    if (sweep.sequential)
        return sequential(sweep);
    if (sweep.form == Form::product)
        return call_product(sweep);
    const SiteWriter::Scope scope(sites_);
    sites_.hoist(roots_of(sweep), SiteWriter::Hoist::all);
    build_.comment(sweep.label);
    if (nest_of(sweep).empty())
        return store_targets(sweep);
    const Units units = units_of(sweep);
    if (sweep.form == Form::total && units.count > 1) {
        for (const Target& target : sweep.targets) {
            const BufferId partial = shop_.temporary("partial", Type::f64, {{units.count, algebra::Edge::strict}}, "parts of a sum");
            partial_[target.buffer.value] = partial;
        }
    }
    for_units(sweep, units, [&](IntegerId here) { unit(sweep, here); });
    if (sweep.form == Form::total)
        finish_total(sweep, units);
}

} // namespace nphys::loops
