// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>A VM cannot have the ports that its manifest asks for; the message names VM, port, role and the reason, a line each.</summary>
public sealed class BindingException : Exception
{
    /// <summary>Tells of one problem.</summary>
    public BindingException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Tells of all problems of a plan.</summary>
    public BindingException(BindingPlan plan)
        : base(string.Join('\n', plan.Problems.Select(problem => $"VM {plan.VirtualMachine}: {problem}"))) => Plan = plan;

    /// <summary>The whole plan, where there is one.</summary>
    public BindingPlan? Plan { get; }
}
