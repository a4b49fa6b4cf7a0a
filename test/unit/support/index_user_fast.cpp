// The index user of `fast` indexes.
#include "support/index_user_of.h"

VX_COMPILE_USER(FastHolder);
