// A lock of one byte, for sections of some dozen instructions in memory that processes share.
//
// Nothing that may leave by longjmp, wait or answer an interrupt may run while one is held: a
// process that is ended there would leave the lock behind.
#pragma once

#include <sched.h>

#include <cstdint>

namespace vx {

/// Tells the processor that this is a loop of waiting.
inline void spin_pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Zero bytes are an open lock.
class SpinLock {
public:
    void lock() {
        // The holder may have been put to sleep, when there are more processes than processors.
        constexpr int kSpins = 64;
        for (int spins = 0; __atomic_exchange_n(&taken_, 1, __ATOMIC_ACQUIRE) != 0;) {
            while (__atomic_load_n(&taken_, __ATOMIC_RELAXED) != 0) {
                spin_pause();
                if (++spins % kSpins == 0) (void)sched_yield();
            }
        }
    }
    void unlock() { __atomic_store_n(&taken_, 0, __ATOMIC_RELEASE); }

private:
    uint8_t taken_;
};

}  // namespace vx
