#include "compiler/analysis/fields.h"

#include <algorithm>

namespace nphys::analysis {

namespace {

using dynamics::Procedure;
using dynamics::Program;

class Collector {
public:
    explicit Collector(const Program& program)
        : pool_(*program.pool), states_(program.stepping() == model::Scheme::bdf2 ? 2 : 1) { // which keeps the last state, too
        for (const std::uint32_t tensor : moved_tensors(program))
            result_.moved[tensor] = true;
        add(program.state);
        result_.state_count = result_.fields.size();
        if (!program.solver && program.series.empty()) // its vectors are no part of a step as a map
            add(program.temporaries);
        add(solved_tensors(program));
    }

    FieldsOrReason result() {
        if (reason_.empty() && result_.state_count == 0)
            reason_ = "nothing moves";
        if (reason_.empty() && result_.state_count > most_fields * states_)
            reason_ = "too many variables that are not fields on a lattice";
        if (reason_.empty() && result_.lattice && has_single_)
            reason_ = "fields and single variables move together";
        if (!reason_.empty())
            return {std::nullopt, reason_};
        return {std::move(result_), {}};
    }

private:
    void add(const std::vector<SymbolId>& tensors) {
        for (const SymbolId tensor : tensors)
            if (result_.moves(tensor) && reason_.empty())
                add(tensor);
    }

    void add(SymbolId tensor) {
        std::vector<std::vector<std::int64_t>> places{{}};
        std::size_t lattices = 0;
        for (const algebra::Slot& slot : pool_.symbol(tensor).slots) {
            if (pool_.space(slot.space).is_lattice()) {
                ++lattices;
                if (result_.lattice && *result_.lattice != slot.space)
                    reason_ = "fields on several lattices move together";
                result_.lattice = slot.space;
                continue;
            }
            const auto extent = static_cast<std::size_t>(slot.last - slot.first + 1);
            if (places.size() * extent > most_fields) {
                reason_ = "too many variables that are not fields on a lattice";
                return;
            }
            std::vector<std::vector<std::int64_t>> longer;
            for (const auto& head : places)
                for (std::int64_t number = slot.first; number <= slot.last; ++number) {
                    longer.push_back(head);
                    longer.back().push_back(number);
                }
            places = std::move(longer);
        }
        if (lattices > 1)
            reason_ = "a variable stands on two lattices at once";
        has_single_ |= lattices == 0;
        for (auto& place : places) {
            result_.by_place[{tensor.value, place}] = static_cast<int>(result_.fields.size());
            result_.fields.push_back({tensor, std::move(place)});
        }
    }

    const Pool& pool_;
    std::size_t states_;
    Fields result_;
    std::string reason_;
    bool has_single_ = false;
};

} // namespace

std::set<std::uint32_t> moved_tensors(const Program& program) {
    std::set<std::uint32_t> moved;
    const auto note = [&](const Procedure& procedure) {
        dynamics::for_each_update(procedure, [&](const dynamics::Update& update) {
            for (const dynamics::Component& assignment : update.assignments)
                moved.insert(assignment.tensor.value);
        });
        for (const dynamics::Action& action : procedure)
            if (const auto* recall = std::get_if<dynamics::Recall>(&action)) {
                moved.insert(recall->ring.value);
                if (recall->past)
                    moved.insert(recall->past->value);
            }
    };
    for (const Procedure* procedure : {&program.opening, &program.cycle, &program.closing})
        note(*procedure);
    if (program.leap)
        note({program.leap->unpack});
    if (program.adaptive)
        note(program.adaptive->attempt), note(program.adaptive->accept);
    return moved;
}

std::optional<SymbolId> solved_tensor(const dynamics::Action& action) {
    const auto* service = std::get_if<dynamics::Service>(&action);
    if (service == nullptr || service->name != "nphys_solve")
        return std::nullopt;
    return std::get<SymbolId>(service->arguments.back());
}

std::vector<SymbolId> solved_tensors(const Program& program) {
    std::vector<SymbolId> result;
    for (const dynamics::Action& action : program.closing)
        if (const auto tensor = solved_tensor(action))
            result.push_back(*tensor);
    return result;
}

FieldsOrReason fields_of(const Program& program) {
    return Collector(program).result();
}

} // namespace nphys::analysis
