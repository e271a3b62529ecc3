namespace RealtimeTours.Bookings.WaitingList;

public static class WaitingListModule
{
    public static void MapWaitingList(this IEndpointRouteBuilder endpoints)
    {
        JoinWaitingList.Map(endpoints);
        LeaveWaitingList.Map(endpoints);
        ReadWaitingList.Map(endpoints);
    }
}
