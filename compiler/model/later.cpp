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

bool tell_later(Context& context, const Declaration& declaration) {
    const bool noise = declaration.kind == NameKind::noise;
    tell_later(context, noise ? Code::later_noise : Code::later_metric, declaration.statement->keyword,
               noise ? "`noise`" : "`metric`");
    return false;
}

} // namespace nphys::model
