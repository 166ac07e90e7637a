#pragma once
// What a run leaves in its folder while it goes on: series.csv and fields.h5 (with fields.xdmf), each record when it is due.
//
// Goes in: a simulation whose observables are up to date. Holds: after every call of record() the files on disk are complete.
// Whenever one field is due, all fields that the run saves are written, so that they share the axis of saves.

#include <filesystem>
#include <optional>
#include <vector>

#include "compiler/driver/schedule.h"
#include "compiler/driver/simulation.h"
#include "runtime/output/fields.h"
#include "runtime/output/series.h"

namespace nphys::driver {

class Recording {
public:
    // With `resume_after`, goes on in the files that are there and drops what they hold of later steps.
    static runtime::Result<Recording> open(const std::filesystem::path& folder, Simulation& simulation, std::optional<std::int64_t> resume_after);

    // The next moment at which anything is due; in steps, or in time for adaptive schemes.
    [[nodiscard]] std::int64_t next_step(std::int64_t step) const;
    [[nodiscard]] double next_time(double time) const;
    [[nodiscard]] bool due(Simulation& simulation) const;
    [[nodiscard]] bool counts_steps() const;       // some cadence of an adaptive run is in steps

    [[nodiscard]] runtime::Status record(Simulation& simulation, bool at_end);
    [[nodiscard]] runtime::Status flush() { return series_ ? series_->flush() : runtime::Status{}; }

private:
    struct Timed {
        std::optional<StepSchedule> steps;
        std::optional<TimeSchedule> times;
        [[nodiscard]] bool due(Simulation& simulation) const;
    };
    struct Column { std::size_t observable; Timed schedule; };      // all elements of an observable
    struct Saved { algebra::SymbolId tensor; Timed schedule; };

    Recording() = default;
    void plan(Simulation& simulation);
    [[nodiscard]] runtime::Status open_series(const std::filesystem::path& folder, std::optional<std::int64_t> resume_after);
    [[nodiscard]] runtime::Status open_fields(const std::filesystem::path& folder, Simulation& simulation, std::optional<std::int64_t> resume_after);
    [[nodiscard]] runtime::Status record_series(Simulation& simulation, bool at_end);
    [[nodiscard]] runtime::Status record_fields(Simulation& simulation, bool at_end);
    [[nodiscard]] static Timed timed(const model::Cadence& cadence, const Compilation& compilation);
    [[nodiscard]] std::vector<Timed> schedules() const;

    std::vector<Column> columns_;
    std::vector<Saved> saved_;
    std::vector<std::string> names_;
    std::optional<runtime::SeriesWriter> series_;
    std::optional<runtime::FieldsWriter> fields_;
};

} // namespace nphys::driver
