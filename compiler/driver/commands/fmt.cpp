#include <fmt/format.h>

#include <iostream>
#include <iterator>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {
namespace {

syntax::Spelling spelling(const Options& options) {
    if (options.ascii) return syntax::Spelling::ascii;
    return options.unicode ? syntax::Spelling::unicode : syntax::Spelling::as_written;
}

int format_file(const std::string& file, const Options& options) {
    const bool from_input = file == "-";
    std::string text;
    if (from_input) {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        auto read = runtime::read_text(file);
        if (!read) return tell_failure(read.error());
        text = std::move(*read);
    }
    SourceMap sources;
    Diagnostics diagnostics;
    const Source& source = sources.add(from_input ? "standard input" : file, text);
    const syntax::SyntaxTree tree = syntax::parse(source, diagnostics);
    if (diagnostics.has_errors()) return tell(diagnostics, sources, options);
    const std::string formatted = syntax::format(tree, source, spelling(options));
    if (options.only_check) {
        if (formatted == text) return all_well;
        fmt::print(stderr, "{} is not formatted\n", file);
        return model_is_wrong;
    }
    if (from_input) {
        fmt::print("{}", formatted);
        return all_well;
    }
    if (formatted == text) return all_well;
    const auto written = runtime::write_text(file, formatted);
    return written ? static_cast<int>(all_well) : tell_failure(written.error());
}

} // namespace

int fmt_files(const Options& options) {
    int status = all_well;
    for (const std::string& file : options.files) status = std::max(status, format_file(file, options));
    return status;
}

} // namespace nphys::driver
