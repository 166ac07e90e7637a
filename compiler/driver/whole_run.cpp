#include "compiler/driver/whole_run.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/driver/comparison.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/run_into.h"
#include "compiler/driver/side_by_side.h"
#include "compiler/driver/summary.h"
#include "runtime/output/run_folder.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;

bool ends_here(int status) { return status == environment_failed || status == our_bug || status == interrupted; }

class LevelsRun {
public:
    LevelsRun(const Inquiry& inquiry, const Compilation& first, const Options& options, fs::path folder, WholeRun& whole)
        : inquiry_(inquiry), first_(first), options_(options), folder_(std::move(folder)), whole_(whole) {}

    int run() {
        if (const int status = compile_others(); status != all_well) return status;
        if (const auto copied = copy_source(first_, options_, folder_); !copied) return tell_failure(copied.error());
        for (std::size_t level = 0; level < levels().size(); ++level)
            if (const int status = run_level(level); ends_here(status)) return status;
        if (const runtime::Status joined = put_side_by_side(folder_, sides_); !joined) return tell_failure(joined.error());
        if (const auto written = runtime::write_run_record(folder_ / "run.json", record()); !written) return tell_failure(written.error());
        return compare();
    }

private:
    [[nodiscard]] const std::vector<std::string>& levels() const { return first_.model.levels; }
    [[nodiscard]] const Compilation& compilation(std::size_t level) const { return level == 0 ? first_ : *others_[level - 1]; }

    int compile_others() {
        for (std::size_t level = 1; level < levels().size(); ++level) {
            Inquiry inquiry = inquiry_;
            inquiry.request.level = levels()[level];
            others_.push_back(compile(inquiry));
            if (!others_.back()->diagnostics.empty())
                if (const int status = tell(others_.back()->diagnostics, others_.back()->library.sources(), options_); status != all_well) return status;
        }
        return all_well;
    }

    int run_level(std::size_t number) {
        const std::string& level = levels()[number];
        const auto part = runtime::create_run_folder(first_.model.name, folder_ / level);
        if (!part) return tell_failure(part.error());
        Outcome outcome;
        const int status = run_into(compilation(number), options_, *part, outcome);
        if (status == environment_failed || status == our_bug) return status;
        sides_.push_back({level, *part});
        whole_.text += fmt::format("{}: {}", level, summary_text(compilation(number), outcome, *part));
        whole_.summary["levels"][level] = summary_json(compilation(number), outcome, *part);
        take(outcome, level);
        if (!options_.quiet && !options_.json && number > 0)
            for (const std::string& remark : compilation(number).program.remarks) fmt::print(stderr, "{}\n", remark);
        return status;
    }

    void take(const Outcome& outcome, const std::string& level) {
        Outcome& together = whole_.outcome;
        if (together.started.empty()) together.started = outcome.started;
        together.steps = outcome.steps;
        together.time = outcome.time;
        together.status = std::max(together.status, outcome.status);
        together.seconds += outcome.seconds;
        together.machine_code += outcome.machine_code;
        together.sites = std::max(together.sites, outcome.sites);
        for (Drift drift : outcome.observables) {
            drift.name = name_at_level(drift.name, level);
            together.observables.push_back(std::move(drift));
        }
    }

    [[nodiscard]] runtime::RunRecord record() const {
        runtime::RunRecord record = record_of(first_, options_, whole_.outcome);
        for (std::size_t level = 1; level < levels().size(); ++level) record.scheme += " and " + record_of(compilation(level), options_, {}).scheme;
        for (std::size_t level = 1; level < levels().size(); ++level) record.copies = std::max(record.copies, compilation(level).model.run.copies);
        record.notes.emplace_back("levels", fmt::format("{}", fmt::join(levels(), ", ")));
        return record;
    }

    int compare() {
        const auto comparisons = compare_sides(sides_);
        if (!comparisons) return tell_failure(comparisons.error());
        if (options_.plots)
            if (const auto pictures = runtime::draw_run(folder_, {.fields = false}); !pictures && !options_.quiet) fmt::print(stderr, "no pictures: {}\n", pictures.error().message);
        if (const auto written = write_comparison(folder_, sides_, *comparisons, options_.plots); !written) return tell_failure(written.error());
        whole_.summary.update(comparison_json(*comparisons));
        whole_.text += fmt::format("how far they are apart:\n{}results in {}\n", agreement_text(*comparisons), folder_.string());
        return whole_.outcome.status;
    }

    const Inquiry& inquiry_;
    const Compilation& first_;
    const Options& options_;
    fs::path folder_;
    WholeRun& whole_;
    std::vector<std::unique_ptr<Compilation>> others_;
    std::vector<Side> sides_;
};

} // namespace

bool has_several_levels(const Compilation& compilation, const Options& options) { return compilation.model.levels.size() > 1 && !options.level; }

int run_whole(const Inquiry& inquiry, const Compilation& compilation, const Options& options, const fs::path& folder, WholeRun& whole) {
    if (has_several_levels(compilation, options)) return LevelsRun(inquiry, compilation, options, folder, whole).run();
    const int status = run_into(compilation, options, folder, whole.outcome);
    if (status == environment_failed || status == our_bug) return status;
    whole.text = summary_text(compilation, whole.outcome, folder);
    whole.summary = summary_json(compilation, whole.outcome, folder);
    return status;
}

} // namespace nphys::driver
