using System.Text.Json;
using System.Text.Json.Nodes;
using Headway.Core.Releases;
using Headway.Core.SupplyChain.Bills;
using Xunit;

namespace Headway.Core.Tests.SupplyChain;

public sealed class BillOfMaterialsTests
{
    private static readonly Commit Commit = new(
        new('a', 40), "First", "Ann", new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(2)));

    [Fact]
    public void Packages_of_nuget_are_named_with_what_they_need()
    {
        var bill = Bill(new LockFile("src/A/packages.lock.json", """
            {"version":1,"dependencies":{"net10.0":{
              "Json.Net":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.33","contentHash":"q83v","dependencies":{"Inner":"2.0.0"}},
              "Inner":{"type":"Transitive","resolved":"2.1.0","contentHash":"AAAA"},
              "headway.core":{"type":"Project","dependencies":{"Inner":"[2.0.0, )"}}}}}
            """));
        Assert.Equal(["pkg:nuget/Inner@2.1.0", "pkg:nuget/Json.Net@1.0.33"], Purls(bill));
        Assert.Equal(["pkg:nuget/Inner@2.1.0"], Needs(bill, "pkg:nuget/Json.Net@1.0.33"));
        Assert.Equal(["pkg:nuget/Inner@2.1.0", "pkg:nuget/Json.Net@1.0.33"], Needs(bill, Root));
    }

    [Fact]
    public void Packages_of_npm_are_found_where_node_finds_them()
    {
        var bill = Bill(new LockFile("web/package-lock.json", """
            {"name":"web","lockfileVersion":3,"packages":{
              "":{"name":"web","dependencies":{"a":"^1.0.0","@s/b":"^2.0.0"},"devDependencies":{"t":"*"}},
              "node_modules/a":{"version":"1.2.0","integrity":"sha512-INTEGRITY sha1-q80=","dependencies":{"c":"^1"}},
              "node_modules/@s/b":{"version":"2.0.1","dependencies":{"c":"^2"}},
              "node_modules/@s/b/node_modules/c":{"version":"2.5.0"},
              "node_modules/c":{"version":"1.9.0"},
              "node_modules/t":{"version":"0.1.0","dev":true},
              "node_modules/own":{"resolved":"packages/own","link":true}}}
            """.Replace("INTEGRITY", Convert.ToBase64String(new byte[64]), StringComparison.Ordinal)));
        Assert.Equal(["pkg:npm/%40s/b@2.0.1", "pkg:npm/a@1.2.0", "pkg:npm/c@1.9.0", "pkg:npm/c@2.5.0", "pkg:npm/t@0.1.0"],
            Purls(bill));
        Assert.Equal(["pkg:npm/c@1.9.0"], Needs(bill, "pkg:npm/a@1.2.0"));
        Assert.Equal(["pkg:npm/c@2.5.0"], Needs(bill, "pkg:npm/%40s/b@2.0.1"));
        var a = bill["components"]!.AsArray().Single(each => (string?)each!["name"] == "a")!;
        Assert.Equal(new string('0', 128), (string?)Assert.Single(a["hashes"]!.AsArray())!["content"]);
        Assert.Equal("SHA-512", (string?)a["hashes"]![0]!["alg"]);
    }

    [Fact]
    public void Packages_of_python_rust_go_and_java_are_named()
    {
        var hash = new string('1', 64);
        var bill = Bill(
            new("requirements.txt", $"Flask_Login == 1.0 \\\n  --hash=sha256:{hash}\nopen>=1\n# other==2\n-r more.txt\n"),
            new("py/poetry.lock", """
                [[package]]
                name = "Django"
                version = "5.0"
                files = [
                    {file = "a.whl", hash = "sha256:2222222222222222222222222222222222222222222222222222222222222222"},
                ]

                [package.dependencies]
                asgiref = ">=3"

                [[package]]
                name = "asgiref"
                version = "3.8"

                [metadata]
                name = "not-a-package"
                """),
            new("Cargo.lock", """
                version = 3

                [[package]]
                name = "own"
                version = "0.1.0"
                dependencies = [
                 "serde",
                ]

                [[package]]
                name = "serde"
                version = "1.0.2"
                source = "registry+https://github.com/rust-lang/crates.io-index"
                checksum = "3333333333333333333333333333333333333333333333333333333333333333"
                """),
            new("go.sum", """
                golang.org/x/text v0.3.0 h1:aaa=
                golang.org/x/text v0.14.0 h1:bbb=
                golang.org/x/text v0.14.0/go.mod h1:ccc=
                golang.org/x/net v0.1.0/go.mod h1:ddd=
                """),
            new("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0"><version>1</version>
                <properties><j>4.13</j></properties><dependencies>
                <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>${j}</version></dependency>
                <dependency><groupId>org.x</groupId><artifactId>managed</artifactId></dependency>
                </dependencies></project>
                """));
        Assert.Equal(
        [
            "pkg:cargo/serde@1.0.2", "pkg:golang/golang.org/x/text@v0.14.0", "pkg:maven/junit/junit@4.13",
            "pkg:pypi/asgiref@3.8", "pkg:pypi/django@5.0", "pkg:pypi/flask-login@1.0",
        ], Purls(bill));
        Assert.Equal(["pkg:pypi/asgiref@3.8"], Needs(bill, "pkg:pypi/django@5.0"));
        Assert.Equal(["pkg:cargo/serde@1.0.2", "pkg:golang/golang.org/x/text@v0.14.0", "pkg:maven/junit/junit@4.13",
            "pkg:pypi/django@5.0", "pkg:pypi/flask-login@1.0"], Needs(bill, Root));
        Assert.Equal([hash, new('2', 64), new('3', 64)], bill["components"]!.AsArray().Where(each => each!["hashes"] is not null)
            .Select(each => (string)each!["hashes"]![0]!["content"]!).Order());
    }

    [Fact]
    public void The_same_commit_gives_the_same_bytes_whatever_the_order_of_files()
    {
        LockFile one = new("a/requirements.txt", "a==1\nb==2\n"), two = new("b/requirements.txt", "c==3\na==1\n");
        Assert.Equal(Bill(one, two).ToJsonString(), Bill(two, one).ToJsonString());
        Assert.NotEqual((string?)Bill(one)["serialNumber"], (string?)Bill(two)["serialNumber"]);
        Assert.Equal("2026-03-01T10:00:00Z", (string?)Bill(one)["metadata"]!["timestamp"]);
    }

    [Theory]
    [InlineData("package-lock.json", "{")]
    [InlineData("package-lock.json", "{\"dependencies\":{}}")]
    [InlineData("packages.lock.json", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("pom.xml", "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">]><project>&a;</project>")]
    [InlineData("pom.xml", "<project>")]
    public void A_file_that_is_not_what_it_says_is_named_with_the_reason_and_the_rest_is_read(string name, string text)
    {
        var bill = Bill(new LockFile(name, text), new LockFile("requirements.txt", "a==1"));
        Assert.Equal(["pkg:pypi/a@1"], Purls(bill));
        Assert.Contains(bill["metadata"]!["properties"]!.AsArray(), each =>
            (string?)each!["name"] == "headway:lockFile:notRead" && ((string)each["value"]!).StartsWith(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("package-lock.json", "{\"packages\":{\"\":7,\"node_modules/a\":[],\"node_modules/b\":{\"version\":1,\"integrity\":{}}}}")]
    [InlineData("packages.lock.json", "{\"dependencies\":{\"net10.0\":7,\"x\":{\"a\":{\"resolved\":[]},\"b\":null}}}")]
    [InlineData("Cargo.lock", "[[package]]\nname = \nversion\n[[package]]\ndependencies = [\n")]
    [InlineData("go.sum", "a\na b c d\nx v\nx v1 \n")]
    public void What_is_not_as_expected_is_left_out(string name, string text) => Assert.Empty(Purls(Bill(new LockFile(name, text))));

    [Fact]
    public void A_lock_file_of_a_hundred_thousand_packages_is_cut_off_and_said_so()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(n => $"p{n}==1\n"));
        var bill = Bill(new LockFile("requirements.txt", text));
        Assert.Equal(50_000, bill["components"]!.AsArray().Count);
        Assert.Contains("more than 50000 components", bill["metadata"]!["properties"]!.ToJsonString());
    }

    [Fact]
    public void Lock_files_are_known_by_name_and_not_within_other_packages()
    {
        Assert.True(LockFile.IsOne("a/b/package-lock.json"));
        Assert.True(LockFile.IsOne("go.sum"));
        Assert.False(LockFile.IsOne("node_modules/x/package-lock.json"));
        Assert.False(LockFile.IsOne("vendor/x/go.sum"));
        Assert.False(LockFile.IsOne("my-package-lock.json"));
    }

    [Fact]
    public void A_summary_counts_by_kind_and_survives_anything()
    {
        var bill = JsonSerializer.SerializeToElement(Bill(new LockFile("requirements.txt", "a==1\nb==1"), new LockFile("go.sum", "x/y v1.0.0 h1:a=")));
        Assert.Equal("It names 3 components: 1 golang, 2 pypi.", BillSummary.Of(bill).Says);
        foreach (var odd in (string[])["7", "{}", "{\"components\":7}", "{\"components\":[7,{\"purl\":7},{\"purl\":\"pkg:\"}]}"])
            Assert.NotNull(BillSummary.Of(JsonSerializer.Deserialize<JsonElement>(odd)).Says);
    }

    private static string Root => $"pkg:generic/shop@{Commit.Sha}";

    private static JsonObject Bill(params LockFile[] files) => BillOfMaterials.Of("shop", Commit, "1.0", files, []);

    private static IEnumerable<string> Purls(JsonObject bill) =>
        bill["components"]!.AsArray().Select(each => (string)each!["purl"]!);

    private static IEnumerable<string> Needs(JsonObject bill, string of) =>
        bill["dependencies"]!.AsArray().Single(each => (string?)each!["ref"] == of)!["dependsOn"]!.AsArray()
            .Select(each => (string)each!);
}
