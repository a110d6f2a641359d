using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Api;

/// <summary>What the API answers when something about people was not done.</summary>
internal static class PeopleAnswers
{
    public static Requester Requester(this ApiCall call) => People.Requester.Of(call.Caller, call.Address);

    public static IResult Of<T>(PeopleOutcome<T> outcome, Func<T, IResult> done) where T : class => outcome.Failure switch
    {
        PeopleFailure.None => done(outcome.Value!),
        PeopleFailure.NotFound => Problem.NotFound,
        PeopleFailure.NotAllowed => Problem.Forbidden("not_allowed", outcome.Text),
        PeopleFailure.LastOwner => Problem.Conflict("last_owner", outcome.Text),
        PeopleFailure.TooMany => Problem.Conflict("too_many", outcome.Text),
        PeopleFailure.NoMail => Problem.Conflict("no_mail", outcome.Text),
        _ => Problem.BadRequest("bad_value", outcome.Text),
    };
}
