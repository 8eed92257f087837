// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How a page of a batch is given. The numbers are on the wire.</summary>
internal enum PageEncoding : byte
{
    /// <summary>4096 bytes.</summary>
    Whole = 1,

    /// <summary>4096 bytes, to be xored with the page as it was last sent.</summary>
    Xor = 2,

    /// <summary>Nothing: it is all zeros now.</summary>
    Zero = 3,
}
