#include <cstdio>
#include <exception>
#include <new>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/options.h"

namespace {

int dispatch(const nphys::driver::Options& options) {
    using namespace nphys::driver;
    switch (options.command) {
    case Command::run: return run(options);
    case Command::check: return check(options);
    case Command::explain: return explain(options);
    case Command::emit: return emit(options);
    case Command::fmt: return fmt_files(options);
    case Command::plot: return plot(options);
    case Command::fresh: return fresh(options);
    }
    return our_bug;
}

} // namespace

int main(int argument_count, char** arguments) {
    try {
        const auto parsed = nphys::driver::parse_command_line(argument_count, arguments);
        if (const int* status = std::get_if<int>(&parsed)) return *status;
        return dispatch(std::get<nphys::driver::Options>(parsed));
    } catch (const std::bad_alloc&) {
        std::fputs("error: there is not enough memory\n", stderr);
        return nphys::driver::environment_failed;
    } catch (const std::exception&) {
        std::fputs("error: nphysc has met a bug of its own\n  = help: please report the model file and the command\n", stderr);
        return nphys::driver::our_bug;
    }
}
