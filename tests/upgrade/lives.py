"""What happened in the house of the fixture until the day of the upgrade: two weeks, eight towns.

Each case is named for where it stands in the end. The last afternoon, when services go down one after another, is
`last_day.py`.
"""

from datetime import date

from tests.upgrade.story import Story, actor

TOWNS = ("cixi-city", "t-mill", "t-vtc", "t-cgz", "t-com", "t-zq", "t-lake", "t-two")
DAWN = "2026-03-06 08:00"
PDF, PNG = b"%PDF-1.4\n1 0 obj\n%%EOF\n", b"\x89PNG\r\n\x1a\nan image of a ditch"
PERSON = {"name": "张三", "phone": "13800000000"}
SHORTER = ("within: 3 working days", "within: 2 working days")
OLD_CASE = {
    "number": "HL-7",
    "category": "noise",
    "channel": "app",
    "place": "grid-1",
    "text": "a hammer at night, since last week",
    "reported_at": "2026-03-18T09:00:00+08:00",
    "accepted_at": "2026-03-18T10:00:00+08:00",
    "lead": "t-mill/station",
}
VISITOR = actor("reporter", person="reporter-2")


def live(story: Story) -> None:
    """Live all lives up to the evening before the last day."""
    for town in TOWNS:
        story.found(town)
    _people(story)
    for day in (
        _monday,
        _wednesday,
        _friday,
        _second_monday,
        _second_wednesday,
        _second_friday,
        _last_monday,
    ):
        day(story)


def _people(story: Story) -> None:
    """People with sealed addresses, one of them away, and a town's own days."""
    for person, unit, role, addresses in (
        ("p-ann", "t-mill/station", "unit_staff", {"mail": "ann@example.org"}),
        ("p-ben", "t-mill/station", "unit_staff", {"mail": "ben@example.org"}),
        ("p-cai", "t-mill/bureau", "unit_staff", {"webhook": "https://hooks.example.org/mill"}),
        ("p-dan", "t-mill/operator", "operator", {"mail": "dan@example.org"}),
    ):
        story.enter("t-mill", person, unit, role, addresses)
    absence = {"person": "p-ann", "from": "2026-03-20T00:00:00+08:00", "until": "2026-03-28T00:00:00+08:00"}
    story.ask(
        "registry",
        "POST",
        "/v1/towns/t-mill/absences",
        actor("supervisor", "t-mill/office"),
        {**absence, "substitute": "p-ben"},
        status=201,
    )
    story.amend("t-vtc", holidays={date(2026, 3, 23): "庙会"}, make_up={date(2026, 3, 22): "调休"})
    story.amend("t-lake", holidays={date(2026, 4, 3): "village feast"})


def _monday(story: Story) -> None:
    story.time("2026-03-09 09:00")
    report = story.report
    report("t-vtc", "extended", "ditch-and-drain", "east-1", reporter=PERSON)
    report("t-vtc", "breached", "neighbour-dispute", "east-2", by="reporter")
    report("t-vtc", "closed", "ditch-and-drain", "west-1", reporter=PERSON)
    report("t-vtc", "handed over and not accepted", "ditch-and-drain", "east-1", by="reporter")
    report("t-vtc", "handed over", "other", "east-2", by="reporter")
    report("t-vtc", "submitted", "illegal-land-use", "west-1", by="reporter")
    report("t-lake", "voted", "村内道路", "东湖一格", by="reporter")
    report("t-lake", "put up", "公共用地", "西湾一格")
    report("t-lake", "returned", "集体资产", "东湖一格", by="reporter")
    report("t-zq", "due written by a person", "环境污染", "乙村一格", channel="意见箱", by="reporter")
    report("t-cgz", "assessment closed unseen", "grid-assessment", "drum-1", by="supervisor")
    report("t-mill", "escalated again and again", "quarrel", "grid-1", by="reporter")
    report("t-mill", "reopened", "quarrel", "grid-2", by="reporter")
    report("t-com", "done on the spot", "residence-certificate", "rose-1", answers={"complete": True})
    story.attach("extended", "ditch.png", PNG, "image/png")
    story.attach("extended", "protocol.pdf", PDF, "application/pdf")
    story.time("2026-03-09 14:00")
    story.step("done on the spot", "finish-application", result="已办")
    story.step("voted", "列入议事", 议案="村道硬化")
    story.step("voted", "公示议案")
    story.step("put up", "列入议事", 议案="晒场改停车场")
    story.step("returned", "不予列入", 理由="属个人财产")
    story.step("due written by a person", "申请报镇", "unit_staff t-zq.乙村/村平台", 缘由="需执法检测")
    story.step("due written by a person", "审核报镇", "unit_staff t-zq.乙村/村书记")
    story.step("due written by a person", "分流", "unit_staff t-zq/镇平台")


def _wednesday(story: Story) -> None:
    story.time("2026-03-11 09:00")
    story.step("extended", "note-reason", reason="等待材料")
    story.step("closed", "settle", result="已疏通")
    story.step("handed over and not accepted", "find-department-matter", category="illegal-dumping")
    story.step("handed over", "find-department-matter", category="road-damage")
    story.step("handed over", "accept")
    story.step("submitted", "find-beyond-the-town")
    story.step("put up", "公示议案")
    story.step("due written by a person", "定期限", "unit_staff t-zq/镇平台", due="2026-03-27 17:00")
    story.step("assessment closed unseen", "give-findings", findings="良好")
    story.step("assessment closed unseen", "report-to-leaders", account="报告")
    story.time("2026-03-11 16:00")
    story.step("closed", "verify", "grid_worker")
    story.step("closed", "close")
    story.step("submitted", "submit")
    story.step("reopened", "settle", result="talked to both")


def _friday(story: Story) -> None:
    story.time("2026-03-13 10:00")
    story.step("reopened", "not-content", "reporter")
    story.report("t-cgz", "written notice", "household-hazard", "drum-1", by="reporter")
    story.step("written notice", "serve-notice", shortcoming="楼道堆物")
    story.report("t-cgz", "sudden", "gas-smell", "drum-2")
    story.report(
        "t-two",
        "hidden until vetted",
        "fire-door",
        "maple-1",
        channel="member",
        by="unit_staff t-two.maple-1/building-head",
    )
    story.report("t-two", "vetted", "overhead-cable", "maple-2")
    story.step("vetted", "vet", "unit_staff t-two.maple-community/platform-administrator")
    story.report("t-two", "prescribed limit", "residence-permit", "brook-1", channel="visit")
    story.step("prescribed limit", "write-limit", due="2026-03-26 17:00")
    story.report("t-mill", "withheld", "works", "grid-1", by="reporter")
    story.report("t-mill", "in a grid that ends", "noise", "grid-old", by="reporter")


def _second_monday(story: Story) -> None:
    story.time("2026-03-16 09:00")
    story.report("cixi-city", "passed down from here", "食品安全")
    story.step("passed down from here", "pass-down")
    (link,) = story.view("passed down from here")["linked"]
    story.adopt("t-zq", "passed down", link["case"])
    story.report("t-mill", "passed up by rule and closed", "flood", "grid-2", by="reporter")
    story.report("t-mill", "passed up from here", "storm", "grid-2", by="reporter")
    story.step("passed up from here", "pass-up")
    (link,) = story.view("passed up from here")["linked"]
    story.adopt("cixi-city", "passed up", link["case"])
    story.report("t-mill", "appealed", "quarrel", "grid-1", by="reporter")
    story.report("t-mill", "merged", "quarrel", "grid-2", by="reporter")
    story.report("t-mill", "goes on for two", "quarrel", "grid-2", by="reporter", reporter={"name": "李四"})
    story.act("merged", "/merge", {"into": story.cases["goes on for two"]})
    story.report("t-mill", "waits for the bureau", "dumping", "grid-1", by="reporter", answers={"litres": 40})
    story.report("t-mill", "declined", "dumping", "grid-2", by="reporter")
    story.step("declined", "decline", reason="not ours")
    story.report("t-com", "special circumstances", "stalls-and-parking", "rose-1", by="reporter")
    story.step("special circumstances", "note-special-circumstances", circumstances="大雨")
    story.time("2026-03-18 00:00")
    story.step("put up", "提出异议", "unit_staff t-lake.西湾村/村民代表", 异议="车位不够")


def _second_wednesday(story: Story) -> None:
    story.time("2026-03-18 10:00")
    story.step("voted", "公示期满", "unit_staff t-lake.东湖村/监委会")
    story.report("t-vtc", "asked", "neighbour-dispute", "east-1", by="reporter")
    story.step("asked", "ask-reporter", question="哪一户？")
    story.report("t-mill", "paused at the mill", "noise", "grid-1", by="reporter")
    story.step("paused at the mill", "ask")
    story.bring_in("t-mill", "imported", "hotline", OLD_CASE)
    story.report("t-vtc", "assessment", "grid-assessment", "east-1", by="supervisor")
    story.report(
        "t-vtc", "anonymous", "road-damage", "west-1", channel="phone", by="operator", anonymous=True
    )
    story.report("t-zq", "approval asked", "邻里纠纷", "乙村一格", channel="来访", by="reporter")
    story.step("approval asked", "申请报镇", "unit_staff t-zq.乙村/村平台", 缘由="双方不肯见面")
    story.report("t-zq", "a private petition", "信访事项", "甲村一格", channel="来访", by="reporter")


def _second_friday(story: Story) -> None:
    story.time("2026-03-20 09:00")
    story.step("voted", "表决", "unit_staff t-lake.东湖村/村民代表", 到会率=80, 赞成率=70)
    story.step("voted", "定实施日期", "unit_staff t-lake.东湖村/村委会", due="2026-04-30 17:00")
    story.step("appealed", "settle", result="late, and not by our fault")
    story.step("appealed", "appeal", "supervisor t-mill/office")
    story.publish("t-mill", SHORTER)
    for draft, minute in (("draft of a machine", 0), ("draft of a machine, counted", 20)):
        story.time(f"2026-03-20 09:{minute + 10}")
        alarm = {"channel": "camera", "source": "cam-1"}
        story.report(
            "t-mill", draft, "noise", "grid-1", by="reporter", status=200 if minute else 201, **alarm
        )
    del story.cases["draft of a machine, counted"]
    story.report("t-mill", "draft of words", None, "grid-2", by="reporter", text="rubbish behind the mill")
    story.report("t-mill", "dismissed", None, "grid-2", by="reporter", text="a quarrel, or so it seems")
    story.act("dismissed", "/dismiss", {"reason": "a joke"}, "operator")
    story.report("t-mill", "under seal", "quarrel", "grid-1", by="reporter")
    story.step("under seal", "seal")
    story.report("t-vtc", "warned", "ditch-and-drain", "east-2", reporter=PERSON)
    story.report("t-vtc", "found beyond the town", "illegal-land-use", "west-1", by="reporter")
    story.step("found beyond the town", "find-beyond-the-town")


def _last_monday(story: Story) -> None:
    story.time("2026-03-23 10:00")
    story.report("t-vtc", "running", "neighbour-dispute", "east-1", by="reporter")
    story.report("t-vtc", "settled", "neighbour-dispute", "east-2", by="reporter")
    story.step("settled", "settle", result="已调解")
    story.step("extended", "write-due", due="2026-03-30 17:00")
    story.report("t-cgz", "carried back", "policy-question", "drum-1", by="reporter")
    story.step("carried back", "carry-back")
    story.report("t-com", "due in the night", "public-facility", "rose-1", by="reporter", channel="phone")
    story.report("t-com", "three days", "drainage-main", "rose-2", by="reporter", channel="phone")
    story.report("t-mill", "running noise", "noise", "grid-2", by="reporter")
    story.step("passed up by rule and closed", "settle", result="dry again")
    story.step("passed up by rule and closed", "close")
    for name in ("settled and closed unheard", "settled and not yet said", "reopened unheard"):
        story.report("t-mill", name, "quarrel", "grid-1", by="reporter")
    story.step("reopened unheard", "settle", result="talked to them")
