namespace PrivateConnect.Hub.Auth;

/// <summary>What a member may do in a workspace; each role includes those below it.</summary>
public enum Role
{
    Viewer = 0,
    Member = 1,
    Admin = 2,
    Owner = 3,
}
