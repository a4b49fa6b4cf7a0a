// The index user of indexes of bits.
#include "support/index_user_of.h"

VX_COMPILE_USER(BitHolder);
