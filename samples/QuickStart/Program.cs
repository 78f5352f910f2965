using System.CommandLine;
using QuickStart;

var url = new Option<Uri?>("--url") { Description = "A real service to call instead of the misbehaving upstream; it only gets GET requests.", CustomParser = WebAddress.Parse };
var seconds = new Option<int>("--seconds") { Description = "How long to call a real service.", DefaultValueFactory = _ => 20 };
var command = new RootCommand("Calls an upstream that misbehaves on schedule, through a plain HttpClient, Microsoft's standard handler and a resilient HttpClient side by side.") { url, seconds };
command.SetAction((parsed, cancelled) => Demo.RunAsync(parsed.GetValue(url), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancelled));
return await command.Parse(args).InvokeAsync();
