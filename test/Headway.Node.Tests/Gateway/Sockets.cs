using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Headway.Node.Tests.Gateway;

/// <summary>WebSockets that say back what they hear.</summary>
public static class Sockets
{
    public static async Task EchoAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (true)
        {
            var heard = await socket.ReceiveAsync(buffer, default);
            if (heard.MessageType == WebSocketMessageType.Close) break;
            await socket.SendAsync(buffer.AsMemory(0, heard.Count), WebSocketMessageType.Text, true, default);
        }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    public static async Task<ClientWebSocket> OpenAsync(int port)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws"), default);
        return socket;
    }

    public static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        var buffer = new byte[1024];
        var heard = await socket.ReceiveAsync(buffer, default);
        return Encoding.UTF8.GetString(buffer, 0, heard.Count);
    }
}
