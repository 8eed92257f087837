// SPDX-License-Identifier: Apache-2.0
// SiFive test finisher: one write ends or restarts the machine.
#pragma once

/// Powers the machine off; 0 reports a pass, anything else a failure with that code.
_Noreturn void finish(int exit_code);

/// Restarts the machine.
_Noreturn void restart(void);
