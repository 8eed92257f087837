// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/images</c>: firmware, by digest.</summary>
internal sealed class ImageRoutes(ImageStore images)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/images/{digest}", GetAsync),
        new("PUT", "/v1/images/{digest}", PutAsync),
    ];

    private Task GetAsync(HttpContext context)
    {
        var digest = context.Part("digest");
        var file = images.Find(digest) ?? throw Problems.NotFound("image", digest, "upload it: PUT the same address");
        context.Response.ContentType = "application/octet-stream";
        return context.Response.SendFileAsync(file, context.RequestAborted);
    }

    private async Task PutAsync(HttpContext context)
    {
        context.AllowBody(ImageStore.MaximumBytes);
        await images.StoreAsync(context.Part("digest"), context.Request.Body, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
