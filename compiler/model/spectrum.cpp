#include "compiler/model/spectrum.h"

#include <algorithm>
#include <numbers>

#include "compiler/algebra/complex_parts.h"
#include "compiler/model/spaces.h"
#include "compiler/model/statistics.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// Of N sites the wave numbers 2πn/(N h) with -N/2 < n <= N/2; between them where the field changes its sign around the ring.
algebra::Axis waves_along(const algebra::Axis& axis) {
    const double spacing = 2 * std::numbers::pi / (static_cast<double>(axis.extent) * axis.spacing);
    const double first = axis.edge == algebra::Edge::antiperiodic ? 0.5 - static_cast<double>(axis.extent / 2)
                                                                  : -static_cast<double>((axis.extent - 1) / 2);
    return {.coordinate = "k" + axis.coordinate,
            .first = 1,
            .extent = axis.extent,
            .edge = algebra::Edge::strict,
            .origin = first * spacing,
            .spacing = spacing};
}

// One for each lattice.
SpaceId waves_on(Context& context, SpaceId lattice) {
    const auto [known, is_new] = context.waves.try_emplace(lattice);
    if (is_new) {
        const algebra::Space sites = context.pool.space(lattice);
        algebra::Space waves{"k_" + sites.name, algebra::SpaceKind::lattice, {}};
        for (const algebra::Axis& axis : sites.axes)
            waves.axes.push_back(waves_along(axis));
        known->second = context.pool.add_space(std::move(waves));
    }
    return known->second;
}

std::optional<std::size_t> slot_of_lattice(const Context& context, const Whole& field) {
    const auto is_lattice = [&](const Slot& slot) { return context.pool.space(slot.space).is_lattice(); };
    const auto found = std::ranges::find_if(field.slots, is_lattice);
    if (found == field.slots.end() || std::ranges::count_if(field.slots, is_lattice) != 1)
        return std::nullopt;
    return static_cast<std::size_t>(found - field.slots.begin());
}

struct SpectrumReader {
    Context& context;
    std::string name; // as written
    Span span;
    Whole field;
    std::size_t slot;
    SpaceId waves;

    // At the places of the other slots, and at a wave vector.
    [[nodiscard]] std::optional<Expr> at(std::span<const Place> places) const {
        Place site;
        site.index = add_variable(context, "x", set_of_space(context, field.slots[slot].space));
        std::vector<Place> all(places.begin(), places.end() - 1);
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(slot), site);
        const auto value = field.at(all);
        const auto parts = value ? algebra::complex_parts(context.pool, *value) : std::nullopt;
        if (!parts)
            return std::nullopt;
        Statistic wanted{{}, StatisticKind::spectrum, {}, {parts->real, parts->imaginary}, {}, 0, span};
        for (const Place& place : free_places(context.pool, wanted.arguments))
            if (place != site)
                wanted.target.push_back(place);
        std::vector<Place> element = wanted.target;
        wanted.target.push_back(site);
        element.push_back(places.back());
        return context.pool.element(noted(context, std::move(wanted), name, Slot{waves}), std::move(element));
    }
};

} // namespace

Value spectrum(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
               const Environment& environment) {
    const auto* argument = call.arguments.size() == 1 && !call.arguments.front().key
                               ? std::get_if<syntax::Expression>(&call.arguments.front().value)
                               : nullptr;
    if (argument == nullptr) {
        context.tell(Code::argument_count, span, name.written, counted(std::size_t{1}, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    const Value value = tensor_argument(context, *argument, environment);
    const auto* field = std::get_if<Whole>(&value);
    const auto slot = field == nullptr ? std::nullopt : slot_of_lattice(context, *field);
    if (!slot) {
        if (!is_poison(value))
            context.tell(Code::spectrum_needs_lattice, argument->span,
                         field == nullptr ? "nothing" : describe(context, field->slots))
                .help("give it a field on one lattice, without its index: `{}(φ)`", name.written);
        return Poison{};
    }
    const SpaceId waves = waves_on(context, field->slots[*slot].space);
    SpectrumReader reader{context, syntax::print(syntax::Expression{span, call}), span, *field, *slot, waves};
    std::vector<Slot> slots = field->slots;
    slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(*slot));
    slots.push_back(slot_of(set_of_space(context, waves)));
    Whole power(slots, slots.size(), [reader](std::span<const Place> places) { return reader.at(places); });
    power.name = reader.name;
    return power;
}

} // namespace nphys::model
