namespace RealtimeTours.Web.Pages;

/// <summary>Answers every page address with the one HTML file of the single-page app, whose script reads the address.</summary>
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
            context.Request.Path = asked; // the request log shows the original path
        }
    }
}
