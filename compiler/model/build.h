#pragma once
// Builds a Model from the text of a file: the one entry of this stage.
//
// Goes in: the syntax tree of the main file, a library that finds the modules of `use`, parameter values and the run
// asked for. Comes out: the Model. With errors it is incomplete and no later stage may take it. All errors of the file,
// of every run in it and of its modules are reported, not only the first.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"
#include "compiler/model/data_source.h"
#include "compiler/model/model.h"
#include "compiler/syntax/ast.h"

namespace nphys::model {

struct Request {
    std::map<std::string, double> parameters; // by name (as given; ASCII spellings of Greek letters allowed): -p and
                                              // sweep values, over the run's own
    std::optional<std::string> run;           // without: the unnamed run, else the first
    std::optional<std::uint64_t> seed;
    std::optional<std::string> level;         // of a run at several levels; without: the first
};

// Finds and parses the module `name` ("lattice") or file ("./mine.nphys", relative to the file that uses it), or
// nothing. Trees live as long as the library.
using ModuleFinder = std::function<const syntax::SyntaxTree*(const std::string& name, bool is_path,
                                                             const std::filesystem::path& from, Diagnostics&)>;

// `folder` is where the file lies: data files and modules by path are found from there.
[[nodiscard]] Model build(const syntax::SyntaxTree& tree, const std::filesystem::path& folder,
                          const ModuleFinder& modules, DataSource& data, const Request& request,
                          Diagnostics& diagnostics);

// What the state, the stored tensors and the data of a model take in memory, in bytes: a lower bound, for refusing what
// cannot fit before anything is allocated.
[[nodiscard]] double estimate_bytes(const Model& model);

} // namespace nphys::model
