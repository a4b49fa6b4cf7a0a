// The index user of `plain` indexes.
#include "support/index_user_of.h"

VX_COMPILE_USER(PlainHolder);
