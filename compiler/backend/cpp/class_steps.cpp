#include "compiler/backend/cpp/class_maker.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"
#include "compiler/backend/cpp/uses.h"

namespace nphys::backend::cpp {

namespace {

constexpr int records_of_adaptive_runs = 100;

} // namespace

using tree::atom;
using tree::Body;
using tree::Function;

void ClassMaker::add_steps() {
    say("Running");
    offer(Function{"The state at the start: step 0.", "void", "initialize", {}, {}, "", {}});
    if (interface_.adaptive)
        add_adaptive_step();
    else
        offer(Function{
            "", "void", "step", {"std::int64_t count = 1"}, {}, "", one(tree::call("advance", {atom("count")}))});
    offer(Function{"", "[[nodiscard]] double", "time", {}, {}, " const", result(scalar(module_.time))});
    offer(Function{"", "[[nodiscard]] std::int64_t", "steps_done", {}, {}, " const", result("step_")});
    offer(Function{"", "[[nodiscard]] int", "threads", {}, {}, " const", result("pool_.threads()")});
    add_records();
    if (draws_numbers(module_))
        offer(tree::DataMember{"std::uint64_t", "seed", std::to_string(interface_.seed), "of all random numbers"});
    if (interface_.copies > 1)
        offer(tree::DataMember{"static constexpr std::int64_t", "copies", std::to_string(interface_.copies),
                               "of the whole model; the last axis of what differs between them"});
    offer(tree::DataMember{"static constexpr std::int64_t", "default_steps", std::to_string(interface_.steps), ""});
    offer(tree::DataMember{"static constexpr std::int64_t", "default_every", std::to_string(interface_.every), ""});
}

// What main.cpp runs by: from one record to the next, to the end.
void ClassMaker::add_records() {
    const bool is_adaptive = interface_.adaptive.has_value();
    const std::string steps = is_adaptive ? "std::int64_t" : "std::int64_t steps";
    const std::string every = is_adaptive ? "std::int64_t" : "std::int64_t every";
    const std::string time = scalar(module_.time);
    offer(Function{"Whether a run of so many steps is at its end.",
                   "[[nodiscard]] bool",
                   "is_done",
                   {steps},
                   {},
                   " const",
                   result(is_adaptive ? time + " >= end_time" : "step_ >= steps")});
    const tree::ExpressionPtr next =
        is_adaptive
            ? tree::call("advance_to", {atom(fmt::format("numeric::next_record({}, end_time, default_records)", time))})
            : tree::call("advance", {atom("every < steps - step_ ? every : steps - step_")});
    Body to_record = one(next);
    if (interface_.solver) {
        const auto number = [this](loops::BufferId id) { return buffer(id) + "[0]"; };
        offer(Function{"Whether a solve did not converge; from then on the state stays as it is.",
                       "[[nodiscard]] bool",
                       "has_failed",
                       {},
                       {},
                       " const",
                       result(number(interface_.solver->failed) + " != 0.0")});
        to_record.push_back({tree::If{atom("has_failed()"), std::make_shared<Body>(one(tree::call(
            "numeric::solve_failed", {atom(number(interface_.solver->time)), atom(number(interface_.solver->residual))})))}});
    }
    offer(Function{"To the next record of such a run.", "void", "step_to_record", {steps, every}, {}, "", std::move(to_record)});
    if (is_adaptive) {
        offer(tree::DataMember{"static constexpr double", "end_time", literal(interface_.adaptive->until), ""});
        offer(
            tree::DataMember{"static constexpr int", "default_records", std::to_string(records_of_adaptive_runs), ""});
    }
}

void ClassMaker::add_adaptive_step() {
    const Adaptive& adaptive = *interface_.adaptive;
    offer(Function{"Steps of controlled error, each as long as the tolerance allows; none beyond end_time.",
                   "void",
                   "step",
                   {"std::int64_t count = 1"},
                   {},
                   "",
                   {}});
    offer(Function{"Exactly to a time.", "void", "advance_to", {"double end"}, {}, "", {}});
    const std::string time = scalar(module_.time);
    Body controlled = one(
        tree::call("numeric::adaptive_step", {atom(time), atom(scalar(module_.step_size)), atom(scalar(adaptive.error)),
                                              atom(literal(adaptive.order)), atom("end"), atom("[this] { attempt(); }"),
                                              atom("[this] { accept(); }")}));
    controlled.push_back({tree::Assign{atom("step_"), atom("step_ + 1")}});
    hide(Function{"", "void", "controlled_step", {"double end"}, {}, "", {}});
    define(Function{"", "void", "controlled_step", {"double end"}, {}, "", std::move(controlled)});
    const auto one_step = [](const char* end) {
        return std::make_shared<Body>(one(tree::call("controlled_step", {atom(end)})));
    };
    const auto loop = std::make_shared<Body>(Body{{tree::If{atom(time + " < end_time"), one_step("end_time")}}});
    define(Function{
        "", "void", "step", {"std::int64_t count"}, {}, "", {{tree::For{"n", atom("0"), atom("count"), false, loop}}}});
    define(Function{
        "", "void", "advance_to", {"double end"}, {}, "", {{tree::While{atom(time + " < end"), one_step("end")}}}});
}

void ClassMaker::add_functions() {
    static const std::vector<std::string> known = {"constants", "initialize", "observe", "advance"};
    add_function("constants", "compute_constants", false);
    add_initialize();
    add_function("observe", "observe", true);
    if (!interface_.adaptive)
        add_function("advance", "advance", false);
    for (const loops::Function& function : module_.functions) {
        const bool is_known = std::find(known.begin(), known.end(), function.name) != known.end();
        if (!is_known)
            add_function(function.name, cpp_identifier(function.name), false);
    }
    Body body = {
        {tree::Assign{atom("step_"), atom("step_ + 1")}},
        {tree::Assign{atom(scalar(module_.time)), tree::binary("+", atom(scalar(module_.start_time)),
                                                               tree::binary("*", atom("static_cast<double>(step_)"),
                                                                            atom(scalar(module_.step_size))))}}};
    hide(Function{"", "void", "advance_time", {}, {}, "", std::move(body)});
}

bool ClassMaker::has(const std::string& name) const {
    return std::any_of(module_.functions.begin(), module_.functions.end(),
                       [&](const loops::Function& function) { return function.name == name; });
}

Body ClassMaker::body_of(const std::string& name, const std::string& argument) {
    for (const loops::Function& function : module_.functions) {
        if (function.name != name)
            continue;
        Names names = names_.members;
        names.argument = argument;
        auto body = translate(module_, function, names);
        if (body)
            return std::move(*body);
        wrong_ = body.error();
    }
    return {};
}

bool ClassMaker::uses_argument(const std::string& name) const {
    return std::any_of(module_.functions.begin(), module_.functions.end(), [&](const loops::Function& function) {
        return function.name == name && Uses(function).uses_argument();
    });
}

void ClassMaker::add_function(const std::string& name, const std::string& member, bool is_public) {
    const bool is_advance = name == "advance";
    if (!has(name) && !is_advance && !is_public)
        return;
    const std::vector<std::string> parameters =
        is_advance ? std::vector<std::string>{uses_argument(name) ? "std::int64_t steps" : "std::int64_t"}
                   : std::vector<std::string>{};
    if (!is_public)
        hide(Function{"", "void", member, parameters, {}, "", {}});
    define(Function{"", "void", member, parameters, {}, "", body_of(name, is_advance ? "steps" : "0")});
}

void ClassMaker::add_initialize() {
    Body body = {{tree::Assign{atom("step_"), atom("0")}},
                 {tree::Assign{atom(scalar(module_.time)), atom(scalar(module_.start_time))}}};
    if (interface_.adaptive)
        body.push_back({tree::Assign{atom(scalar(module_.step_size)), atom(literal(initial_step()))}});
    if (has("constants"))
        body.push_back({tree::Evaluate{tree::call("compute_constants", {})}});
    Body rest = body_of("initialize", "0");
    std::move(rest.begin(), rest.end(), std::back_inserter(body));
    define(Function{"", "void", "initialize", {}, {}, "", std::move(body)});
}

double ClassMaker::initial_step() const {
    return module_.scalars[module_.step_size.index()].initial;
}

void ClassMaker::add_data() {
    hide(tree::Comment{"Parameters, time, and what follows from them"});
    for (std::size_t i = 0; i < module_.scalars.size(); ++i) {
        const loops::ScalarSlot& slot = module_.scalars[i];
        hide(tree::DataMember{"double", names_.members.scalars[i], literal(slot.initial), slot.origin});
    }
    hide(tree::DataMember{"std::int64_t", "step_", "0", ""});
    hide(tree::Comment{"Arrays"});
    for (std::size_t i = 0; i < module_.buffers.size(); ++i) {
        const loops::Buffer& array = module_.buffers[i];
        hide(tree::DataMember{fmt::format("numeric::Array<{}>", cpp_type(array.type)), names_.members.buffers[i],
                              fmt::format("numeric::Array<{}>({}, {})", cpp_type(array.type), array.size, i),
                              array.origin});
    }
    hide(tree::DataMember{"numeric::ThreadPool", "pool_", "", ""});
}

} // namespace nphys::backend::cpp
