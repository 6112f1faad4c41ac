using Headway.Server.Tests;
using Headway.Server.Tests.Storage;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (await AppendingChild.RunWhenAskedAsync()) return 0;
return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
