using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>The cookie by which a browser is known; scripts do not see it, and other sites do not send it.</summary>
internal static class SessionCookie
{
    public static void Set(HttpContext context, NewToken session, TimeSpan lasts) =>
        context.Response.Cookies.Append(AccessGate.Cookie, session.Secret, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = lasts,
            IsEssential = true,
        });
}
