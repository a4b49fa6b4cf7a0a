// The index user of `compact` indexes.
#include "support/index_user_of.h"

VX_COMPILE_USER(CompactHolder);
