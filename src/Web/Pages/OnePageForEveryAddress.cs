namespace RealtimeTours.Web.Pages;

/// <summary>The pages are one HTML file whose script reads the address; whatever page is asked for, that file is the answer.</summary>
internal sealed class OnePageForEveryAddress(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var asked = context.Request.Path;
        if (PagePaths.IsPage(asked)) context.Request.Path = "/index.html";
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Path = asked; // the request log names what was asked for
        }
    }
}
