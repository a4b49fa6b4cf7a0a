// What hnswlib includes, so that it can be included itself in a region of another target.
//
// hnswlib picks its distance loops by what the compiler may emit, and when it runs by what the
// processor has. It is compiled several times, in an unnamed namespace, since functions of one name
// must be the same everywhere; the standard headers stay outside of both, so that no function
// shared with other files is compiled for more than any machine has.
//
// USE_AVX and USE_AVX512 are hnswlib's own names. It defines them by the compiler's macros, which
// g++ does not change in a region: what they say was settled before the region began.
#pragma once

#include <algorithm>
#include <assert.h>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <list>
#include <memory>
#include <mutex>
#include <queue>
#include <random>
#include <stdexcept>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#include <x86intrin.h>
#endif
