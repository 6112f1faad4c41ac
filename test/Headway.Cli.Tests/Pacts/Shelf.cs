using System.Globalization;

namespace Headway.Cli.Tests.Pacts;

/// <summary>A provider of a few lines of Perl, which every Debian has, and what a consumer expects of it.</summary>
internal static class Shelf
{
    /// <summary>It gives out an item once it was told that there is one.</summary>
    public static string Program(string item) =>
        """
        use strict;
        use IO::Socket::INET;
        my $door = IO::Socket::INET->new(
            LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 64, ReuseAddr => 1) or die "no port: $!";
        my $there = 0;
        while (my $peer = $door->accept) {
            my ($head, $body) = ('', '');
            while (my $line = <$peer>) { last if $line =~ /^\r?$/; $head .= $line; }
            read $peer, $body, $1 if $head =~ /^content-length: *(\d+)/im;
            my ($status, $answer) = ('404 Not Found', '{}');
            ($status, $answer) = ('200 OK', '{}') if $head =~ m{^GET /healthz};
            ($status, $there) = ('200 OK', $body =~ /"state":"an item exists"/) if $head =~ m{^POST /_pact/states};
            ($status, $answer) = ('200 OK', 'ITEM') if $there && $head =~ m{^GET /items/1\?full=yes} && $head =~ /^accept: application\/json/im;
            ($status, $answer) = ('201 Created', $body) if $head =~ m{^POST /items };
            print $peer "HTTP/1.1 $status\r\nContent-Type: application/json\r\nContent-Length: " . length($answer)
                . "\r\nConnection: close\r\n\r\n$answer";
            close $peer;
        }
        """.Replace("ITEM", item, StringComparison.Ordinal);

    public static string Pact(string consumer = "Front", string field = "price") => string.Create(CultureInfo.InvariantCulture, $$"""
        { "consumer": { "name": "{{consumer}}" }, "provider": { "name": "Shelf" }, "metadata": { "pactSpecification": { "version": "3.0.0" } },
          "interactions": [
            { "description": "an item", "providerStates": [ { "name": "an item exists", "params": { "id": 1 } } ],
              "request": { "method": "GET", "path": "/items/1", "query": { "full": [ "yes" ] }, "headers": { "Accept": "application/json" } },
              "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": 1, "{{field}}": 2.5 },
                "matchingRules": { "body": { "$.{{field}}": { "matchers": [ { "match": "number" } ] } } } } },
            { "description": "a new item", "request": { "method": "POST", "path": "/items", "headers": { "Content-Type": "application/json" },
                "body": { "name": "pen" } }, "response": { "status": 201, "body": { "name": "pen" } } } ] }
        """);
}
