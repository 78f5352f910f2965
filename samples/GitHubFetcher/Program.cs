using GitHubFetcher;

return await new FetchCommand().Parse(args).InvokeAsync();
