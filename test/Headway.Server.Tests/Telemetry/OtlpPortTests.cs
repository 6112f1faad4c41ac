using System.Net;
using System.Net.Sockets;
using Headway.Server.Telemetry.Otlp;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class OtlpPortTests
{
    [Fact]
    public void A_default_that_is_taken_is_said_and_replaced_and_a_named_one_that_is_taken_is_an_error()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = other.LocalEndpoint.ToString()!;
        var said = new List<string>();
        var socket = OtlpSocket.Take(null, taken, "--otlp-http", said.Add)!;
        using (socket.Socket)
        {
            Assert.NotEqual(taken, socket.Address.ToString());
            Assert.Contains($"{taken} for OTLP is taken", Assert.Single(said));
            Assert.Contains($"{socket.Address} is used", said[0]);
        }
        var error = Assert.Throws<IOException>(() => OtlpSocket.Take(taken, "127.0.0.1:1", "--otlp-http", said.Add));
        Assert.Contains($"--otlp-http: {taken} cannot be listened on", error.Message);
        Assert.Null(OtlpSocket.Take("off", taken, "--otlp-http", said.Add));
        Assert.Throws<ArgumentException>(() => OtlpSocket.Take("here", taken, "--otlp-http", said.Add));
    }
}
