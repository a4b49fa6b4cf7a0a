// The index user of `plain` indexes of floats, halves and bits.
#include "support/index_user_of.h"

VX_COMPILE_USER(FixedHolder);
