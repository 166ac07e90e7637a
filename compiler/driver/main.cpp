#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/options.h"

namespace {

int dispatch(const nphys::driver::Options& options) {
    using namespace nphys::driver;
    switch (options.command) {
    case Command::run: return run(options);
    case Command::check: return check(options);
    case Command::explain: return options.dispersion ? explain_dispersion(options) : explain(options);
    case Command::dual: return dual(options);
    case Command::emit: return emit(options);
    case Command::fmt: return fmt_files(options);
    case Command::plot: return plot(options);
    case Command::compare: return compare(options);
    case Command::fresh: return fresh(options);
    }
    return our_bug;
}

// A full disk behind `>`, or a standard output that is closed.
int results_lost() {
    std::fputs("error: the results could not be written to standard output\n", stderr);
    return nphys::driver::environment_failed;
}

} // namespace

int main(int argument_count, char** arguments) {
    try {
        const auto parsed = nphys::driver::parse_command_line(argument_count, arguments);
        if (const int* status = std::get_if<int>(&parsed)) return *status;
        const int status = dispatch(std::get<nphys::driver::Options>(parsed));
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return results_lost();
        return status;
    } catch (const std::system_error&) {
        return results_lost();
    } catch (const std::bad_alloc&) {
        std::fputs("error: there is not enough memory\n", stderr);
        return nphys::driver::environment_failed;
    } catch (const std::exception&) {
        std::fputs("error: nphysc has met a bug of its own\n  = help: please report the model file and the command\n", stderr);
        return nphys::driver::our_bug;
    }
}
