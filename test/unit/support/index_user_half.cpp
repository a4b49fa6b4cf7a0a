// The index user of indexes of half-precision elements.
#include "support/index_user_of.h"

VX_COMPILE_USER(HalfHolder<vx::HalfCodec>);
VX_COMPILE_USER(HalfHolder<vx::HalfCosineCodec>);
