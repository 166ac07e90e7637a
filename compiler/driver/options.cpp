#include "compiler/driver/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "compiler/base/suggest.h"

namespace nphys::driver {
namespace {

constexpr const char* description =
    "nphysc compiles .nphys model files: systems stated by their boundary, activation and learning dynamics.\n"
    "Start with: nphysc new my_model, then nphysc run my_model.nphys";

constexpr const char* exit_statuses =
    "Exit status: 0 all well, 1 the model is wrong, 2 the command line is wrong, 3 an expectation failed,\n"
    "4 the numbers broke down, 5 the environment failed, 70 a bug of nphysc, 130 interrupted.";

// Commands of the language whose meaning comes with later releases: told by name instead of as unknown.
constexpr std::pair<const char*, const char*> later_commands[] = {
    {"report", "a page about a run"},
    {"bench", "timings of a model"},
    {"lsp", "the language server"},
    {"doc", "pages from doc comments"},
};

std::vector<std::string> command_names() { return {"run", "check", "explain", "dual", "emit", "fmt", "plot", "compare", "new"}; }

// `m=0.3` or `N=100'000`; nullopt if it is not of that form.
std::optional<std::pair<std::string, double>> read_assignment(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return std::nullopt;
    std::string digits;
    for (const char character : text.substr(equals + 1))
        if (character != '\'' && character != ' ') digits += character;
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    std::string name = text.substr(0, equals);
    while (!name.empty() && name.back() == ' ') name.pop_back();
    return std::pair{name, value};
}

// CLI11 would split a vector option at every following word; a repeated `-p name=value` is what we want.
struct RawOptions {
    std::vector<std::string> assignments;
    std::string run_name, level, folder;
    std::optional<std::string> seed;
};

struct Parser {
    Options options;
    RawOptions raw;
    CLI::App app{description, "nphysc"};

    void model_options(CLI::App* command) {
        command->add_option("FILE", options.files, "the model file")->required()->expected(1)->type_name("");
        command->add_option("-p,--param", raw.assignments, "a value for a parameter: -p m=0.3 (may be repeated)")
            ->type_name("NAME=VALUE")->expected(1)->allow_extra_args(false);
        command->add_option("--run", raw.run_name, "which run of the file (default: the unnamed one, else the first)")->type_name("NAME");
        command->add_option("--level", raw.level, "which of the levels of a run: ensemble, density, wave, hydrodynamic")->type_name("LEVEL");
        command->add_flag("--json", options.json, "results and messages as JSON");
    }

    void run_command() {
        CLI::App* command = app.add_subcommand("run", "compile a model and run it");
        model_options(command);
        command->add_option("--threads", options.threads, "threads (default: one for each core)")->check(CLI::Range(1, 4096))->type_name("N");
        command->add_option("--seed", raw.seed, "seed of all random numbers")->type_name("S");
        command->add_option("-o,--output", raw.folder, "folder for the results (default: runs/<model>-<time>)")->type_name("DIR");
        command->add_flag("--resume", options.resume, "go on from the checkpoint in the folder given by -o");
        command->add_flag("--halve", options.halve, "run again with half the step and report the difference");
        command->add_flag("!--no-plots", options.plots, "make no pictures");
        command->add_flag("-q,--quiet", options.quiet, "no progress and no summary");
        command->add_flag("--time", options.time, "tell how long each stage of the compiler took");
        command->add_option("--engine", options.engine, "what executes the loops: jit, or the slow reference interpreter")
            ->transform(CLI::CheckedTransformer(std::map<std::string, EngineKind>{{"jit", EngineKind::jit}, {"interpreter", EngineKind::interpreter}}))
            ->type_name("ENGINE");
    }
    void check_command() {
        CLI::App* command = app.add_subcommand("check", "check a model: names, shapes, indices; stability, duals, conservation, schemes");
        model_options(command);
        command->add_flag("--gradient", options.gradient, "compare gradients that go back through the activation with complex steps");
        command->add_option("--gauge", options.gauge, "a local transformation, as statements: \"neuron α[i]  let φ'[i] = …\"; is the law covariant?")->type_name("STATEMENTS");
    }
    void explain_command() {
        CLI::App* command = app.add_subcommand(
            "explain", "the derived laws, the update formulas, the kernels and what they cost; the dispersion relation (explain dispersion "
                       "FILE); the regimes of a metric (explain regimes FILE); or what a diagnostic means (explain E0203)");
        model_options(command);
        command->get_option("FILE")->expected(1, 2)->description("the model file, or a topic, `dispersion` or `regimes`, and the model file");
        command->add_option("-o,--output", raw.folder, "folder for the pictures of `explain dispersion`")->type_name("DIR");
        command->add_option("--dump", options.dump, "print a stage: syntax, model, program, loops, llvm")
            ->check(CLI::IsMember({"syntax", "model", "program", "loops", "llvm"}))->type_name("STAGE");
        command->add_flag("--asm", options.assembly, "the assembly of the compiled functions");
        command->add_flag("--latex", options.latex, "formulas as LaTeX");
        command->add_flag("--time", options.time, "tell how long each stage of the compiler took");
    }
    void dual_command() {
        CLI::App* command = app.add_subcommand("dual", "the Hamiltonian of a loss, the loss of a Hamiltonian, and the conditions");
        model_options(command);
        command->add_flag("--latex", options.latex, "formulas as LaTeX");
    }
    void emit_command() {
        CLI::App* command = app.add_subcommand("emit", "write the model as standalone C++");
        model_options(command);
        command->add_option("-o,--output", raw.folder, "folder for the C++")->required()->type_name("DIR");
    }
    void fmt_command() {
        CLI::App* command = app.add_subcommand("fmt", "format model files in place");
        command->add_option("FILES", options.files, "model files; - for standard input")->required()->type_name("");
        CLI::Option* ascii = command->add_flag("--ascii", options.ascii, "spell every symbol in ASCII");
        command->add_flag("--unicode", options.unicode, "spell every symbol in Unicode")->excludes(ascii);
        command->add_flag("--check", options.only_check, "change nothing; fail if a file is not formatted");
    }
    void plot_command() {
        CLI::App* command = app.add_subcommand("plot", "make the pictures of a run");
        command->add_option("RUN", options.files, "the folder of a run, or of a sweep")->required()->expected(1)->type_name("");
        command->add_flag("--json", options.json, "the list of pictures as JSON");
    }
    void compare_command() {
        CLI::App* command = app.add_subcommand("compare", "how far runs agree: observables with their standard errors, densities over time, fields");
        command->add_option("RUNS", options.files, "the folders of two runs, or of one at several levels")->required()->expected(1, 2)->type_name("");
        command->add_option("-o,--output", raw.folder, "folder for distances.csv and the pictures")->type_name("DIR");
        command->add_flag("--json", options.json, "the distances as JSON");
    }
    void new_command() {
        CLI::App* command = app.add_subcommand("new", "write a small model to start from");
        command->add_option("NAME", options.files, "name of the model")->required()->expected(1)->type_name("");
    }

    int told(const std::string& message, const std::string& help = {}) {
        fmt::print(stderr, "error: {}\n", message);
        if (!help.empty()) fmt::print(stderr, "  = help: {}\n", help);
        return command_line_is_wrong;
    }

    std::optional<int> unknown_command(const std::string& word) {
        if (word.empty() || word[0] == '-') return std::nullopt;
        for (const std::string& name : command_names())
            if (word == name) return std::nullopt;
        for (const auto& [name, what] : later_commands)
            if (word == name) return told(fmt::format("`nphysc {}` ({}) is not part of this release", name, what), "`nphysc --help` lists the commands there are");
        const std::vector<std::string> names = command_names();
        if (const auto near = suggest(word, names)) return told(fmt::format("there is no command `{}`", word), fmt::format("did you mean `nphysc {}`?", *near));
        if (word.ends_with(".nphys")) return told(fmt::format("there is no command `{}`", word), fmt::format("write `nphysc run {}`", word));
        return told(fmt::format("there is no command `{}`", word), "`nphysc --help` lists the commands");
    }

    // CLI11 takes `--sed 3` for two more files; say which flag there is not, and which there is.
    std::optional<int> unknown_flag(int argument_count, char** arguments) {
        const auto commands = app.get_subcommands([&](CLI::App* command) { return command->get_name() == arguments[1]; });
        if (commands.empty()) return std::nullopt;
        std::vector<std::string> flags;
        for (const CLI::Option* option : commands.front()->get_options()) {
            for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
            for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
            for (const std::string& name : option->get_fnames()) flags.push_back("--" + name);
        }
        for (int n = 2; n < argument_count; ++n) {
            const std::string word = std::string(arguments[n]).substr(0, std::string(arguments[n]).find('='));
            const bool is_flag = word.size() > 1 && word[0] == '-' && std::isdigit(static_cast<unsigned char>(word[1])) == 0;
            if (!is_flag || std::ranges::find(flags, word) != flags.end()) continue;
            if (word[1] != '-' && std::ranges::find(flags, word.substr(0, 2)) != flags.end()) continue;   // -pm=3
            const auto near = suggest(word, flags);
            return told(fmt::format("`nphysc {}` has no flag `{}`", arguments[1], word),
                        near ? fmt::format("did you mean `{}`?", *near) : fmt::format("`nphysc {} --help` lists what there is", arguments[1]));
        }
        return std::nullopt;
    }

    // `explain dispersion FILE`, `explain regimes FILE`: the first word is a topic, the second the file.
    std::optional<int> explained_topic() {
        const std::vector<std::string> words = options.files;
        options.dispersion = words.front() == "dispersion" && words.size() == 2;
        options.regimes = words.front() == "regimes" && words.size() == 2;
        if (words.size() == 2 && !options.dispersion && !options.regimes)
            return told(fmt::format("`nphysc explain` knows no topic `{}`", words.front()), "write `nphysc explain dispersion FILE`, `nphysc explain regimes FILE`, or `nphysc explain FILE`");
        if (words.size() == 2) options.files = {words.back()};
        if (!options.dispersion && !raw.folder.empty()) return told("`nphysc explain -o` draws the dispersion relation", "write `nphysc explain dispersion FILE -o DIR`");
        return std::nullopt;
    }

    std::optional<int> finish() {
        for (const std::string& text : raw.assignments) {
            const auto assignment = read_assignment(text);
            if (!assignment) return told(fmt::format("`-p {}` does not give a parameter a number", text), "write `-p m=0.3`");
            options.parameters[assignment->first] = assignment->second;
        }
        if (raw.seed) {
            std::uint64_t seed = 0;
            const char* end = raw.seed->data() + raw.seed->size();
            const auto [stop, error] = std::from_chars(raw.seed->data(), end, seed);
            if (error != std::errc{} || stop != end) return told(fmt::format("`--seed {}` is not a whole number from 0 up", *raw.seed), "write `--seed 7`");
            options.seed = seed;
        }
        if (app.got_subcommand("explain"))
            if (const auto status = explained_topic()) return status;
        if (!raw.run_name.empty()) options.run_name = raw.run_name;
        if (!raw.level.empty()) options.level = raw.level;
        if (!raw.folder.empty()) options.folder = raw.folder;
        if (options.resume && !options.folder) return told("`--resume` needs the folder of the run to go on with", "write `-o DIR --resume`");
        return std::nullopt;
    }
};

} // namespace

std::variant<Options, int> parse_command_line(int argument_count, char** arguments) {
    Parser parser;
    parser.app.footer(exit_statuses);
    parser.app.set_version_flag("--version", "nphysc " NPHYS_VERSION);
    parser.app.require_subcommand(1);
    parser.run_command();
    parser.check_command();
    parser.explain_command();
    parser.dual_command();
    parser.emit_command();
    parser.fmt_command();
    parser.plot_command();
    parser.compare_command();
    parser.new_command();
    if (argument_count > 1)
        if (const auto status = parser.unknown_command(arguments[1])) return *status;
    try {
        parser.app.parse(argument_count, arguments);
    } catch (const CLI::Success& success) {
        return parser.app.exit(success);
    } catch (const CLI::ParseError& error) {
        if (argument_count > 1)
            if (const auto status = parser.unknown_flag(argument_count, arguments)) return *status;
        return parser.told(error.what(), argument_count > 1 ? fmt::format("`nphysc {} --help` lists what there is", arguments[1]) : "`nphysc --help` lists the commands");
    }
    if (const auto status = parser.finish()) return *status;
    const auto chosen = parser.app.get_subcommands();
    const std::string name = chosen.front()->get_name();
    const std::map<std::string, Command> commands{{"run", Command::run}, {"check", Command::check}, {"explain", Command::explain}, {"dual", Command::dual}, {"emit", Command::emit},
                                                  {"fmt", Command::fmt}, {"plot", Command::plot}, {"compare", Command::compare}, {"new", Command::fresh}};
    parser.options.command = commands.at(name);
    return parser.options;
}

} // namespace nphys::driver
