#include "compiler/model/later.h"

namespace nphys::model {

Poison tell_later(Context& context, Code code, Span span, const std::string& construct) {
    if (span.valid() && !context.later.emplace(code, span).second)
        return {};
    context.diagnostics.add(code, span, fmt::format(fmt::runtime(info(code).message), construct))
        .note("the construct is part of the language and can be written and formatted; its meaning is not in this "
              "release");
    return {};
}

} // namespace nphys::model
