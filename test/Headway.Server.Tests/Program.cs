using Headway.Server.Tests;
using Headway.Server.Tests.Registry;
using Headway.Server.Tests.Storage;
using Headway.Server.Tests.Telemetry;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

if (await ReceivingChild.RunWhenAskedAsync()) return 0;
if (await AppendingChild.RunWhenAskedAsync()) return 0;
if (await PushingChild.RunWhenAskedAsync()) return 0;
return args.Contains("--server")
    ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
