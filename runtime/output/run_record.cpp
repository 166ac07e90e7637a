#include "runtime/output/run_record.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/output/machine.h"
#include "runtime/output/run_folder.h"

namespace nphys::runtime {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no NaN and no infinity.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(number_text(value));
}

double number_from(const Json& value) {
    if (value.is_number())
        return value.get<double>();
    const std::string text = value.is_string() ? value.get<std::string>() : "";
    if (text == "inf" || text == "-inf")
        return text[0] == '-' ? -INFINITY : INFINITY;
    return NAN;
}

Json numbers(const std::vector<std::pair<std::string, double>>& list) {
    Json result = Json::object();
    for (const auto& [name, value] : list)
        result[name] = number(value);
    return result;
}

Json texts(const std::vector<std::pair<std::string, std::string>>& list) {
    Json result = Json::object();
    for (const auto& [name, value] : list)
        result[name] = value;
    return result;
}

// Absent or of another type: what is there already stays.
template <class Value>
void take(const Json& from, const char* key, Value& value) {
    const auto found = from.find(key);
    if (found == from.end())
        return;
    if constexpr (std::is_same_v<Value, std::string>) {
        if (found->is_string())
            value = found->get<std::string>();
    } else if constexpr (std::is_floating_point_v<Value>) {
        value = number_from(*found);
    } else if (found->is_number()) {
        value = found->get<Value>();
    }
}

void take(const Json& from, const char* key, std::vector<std::pair<std::string, double>>& list) {
    if (const auto found = from.find(key); found != from.end() && found->is_object())
        for (const auto& [name, value] : found->items())
            list.emplace_back(name, number_from(value));
}

void take(const Json& from, const char* key, std::vector<std::pair<std::string, std::string>>& list) {
    if (const auto found = from.find(key); found != from.end() && found->is_object())
        for (const auto& [name, value] : found->items())
            list.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
}

Json json_of(const RunRecord& record) {
    return {
        {"nphysc", record.version},
        {"model", record.model},
        {"title", record.title},
        {"source", record.source},
        {"run", record.run},
        {"parameters", numbers(record.parameters)},
        {"scheme", record.scheme},
        {"precision", record.precision},
        {"seed", record.seed},
        {"dt", number(record.dt)},
        {"copies", record.copies},
        {"sites", record.sites},
        {"threads", record.threads},
        {"steps", record.steps},
        {"t", number(record.t)},
        {"started", record.started},
        {"finished", record.finished},
        {"seconds", numbers(record.seconds)},
        {"status", record.status},
        {"last", numbers(record.last)},
        {"notes", texts(record.notes)},
        {"machine", texts(describe_machine())},
    };
}

RunRecord record_of(const Json& json) {
    RunRecord record;
    take(json, "nphysc", record.version);
    take(json, "model", record.model);
    take(json, "title", record.title);
    take(json, "source", record.source);
    take(json, "run", record.run);
    take(json, "parameters", record.parameters);
    take(json, "scheme", record.scheme);
    take(json, "precision", record.precision);
    take(json, "seed", record.seed);
    take(json, "dt", record.dt);
    take(json, "copies", record.copies);
    take(json, "sites", record.sites);
    take(json, "threads", record.threads);
    take(json, "steps", record.steps);
    take(json, "t", record.t);
    take(json, "started", record.started);
    take(json, "finished", record.finished);
    take(json, "seconds", record.seconds);
    take(json, "status", record.status);
    take(json, "last", record.last);
    take(json, "notes", record.notes);
    return record;
}

} // namespace

std::string run_record_json(const RunRecord& record) {
    // A path may hold any bytes; what is not UTF-8 is replaced.
    return json_of(record).dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Status write_run_record(const std::filesystem::path& path, const RunRecord& record) {
    return write_text(path, run_record_json(record));
}

Result<RunRecord> read_run_record(const std::filesystem::path& path) {
    const Result<std::string> text = read_text(path);
    if (!text)
        return tl::unexpected(text.error());
    const Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object())
        return failure(ErrorKind::format, fmt::format("`{}` is not the record of a run", path.string()));
    return record_of(json);
}

} // namespace nphys::runtime
