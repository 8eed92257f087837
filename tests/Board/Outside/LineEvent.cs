// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>enum gpio_v2_line_changed_type.</summary>
internal enum LineEvent
{
    Requested = 1,
    Released = 2,
    Configured = 3,
}
