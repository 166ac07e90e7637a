#include <fmt/format.h>

#include <filesystem>

#include "compiler/backend/cpp/emit.h"
#include "compiler/driver/commands/commands.h"
#include "compiler/driver/interface.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {

int emit(const Options& options) {
    const auto compilation = compile(inquiry_of(options));
    if (!compilation->diagnostics.empty())
        if (const int status = tell(compilation->diagnostics, compilation->library.sources(), options); status != all_well) return status;
    tell_first_level(compilation->model.levels, options);
    const std::filesystem::path source = options.files.front();
    const auto files = backend::cpp::emit(compilation->lowered.module, interface_of(*compilation, source.filename().string()));
    if (!files) return tell_bug({runtime::ErrorKind::program, files.error(), {}});
    const std::filesystem::path folder = *options.folder;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return tell_failure({runtime::ErrorKind::file, fmt::format("cannot make the folder `{}`: {}", folder.string(), error.message()), {}});
    std::vector<std::filesystem::path> made;
    for (const backend::cpp::File& file : *files) {
        if (const auto written = runtime::write_text(folder / file.path, file.text); !written) return tell_failure(written.error());
        made.push_back(folder / file.path);
    }
    tell_files(made, options);
    return all_well;
}

} // namespace nphys::driver
