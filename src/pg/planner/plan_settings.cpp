#include "pg/planner/plan_settings.h"

namespace vx::pg {

void set_meanwhile(const char* name, const char* value) {
    set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

}  // namespace vx::pg
