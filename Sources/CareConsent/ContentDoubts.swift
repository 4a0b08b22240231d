internal import CareModel

/// Is something about a resource that cannot be told.
///
/// Two of them are equal only if they turn out the same way in any case.
enum ContentDoubt: Hashable {
    /// Names an attribute of a condition.
    enum Attribute: Hashable {
        case label
        case contentClass
        case documentType
        case code
        case data
        case dataPeriod
    }

    /// Whether its level of confidentiality is in reach of this one, for a rule of this effect.
    case level(Coding, ConsentEffect)
    /// Whether it is labelled so.
    case label(Coding)
    /// Whether it is of a class, a type of document or a code.
    case code(Coding, Attribute)
    /// Whether it is, or has to do with, particular data.
    case data(ConsentData)
    /// Whether it was made in a period.
    case period(ConsentPeriod)
    /// Whether it fits an expression.
    case expression(String)
    /// Whether an element of the rule at a path fits that nobody could read.
    case unreadable(String, Attribute, Int)
}

/// Tells how the doubts about one resource turn out, in one way after the other.
///
/// A class, because rules within rules share it.
final class ContentDoubts {
    var assumptions = Assumptions<ContentDoubt, Votes>()
}

/// Is the comparison of one condition with a resource.
struct Comparison {
    let effect: ConsentEffect
    let path: String
    /// Nil leaves doubt open.
    let doubts: ContentDoubts?

    /// The answer, or the one assumed where there is none.
    func settle(_ answer: Match, _ doubt: @autoclosure () -> ContentDoubt) -> Match {
        guard answer == .unknown, let doubts else { return answer }
        return doubts.assumptions.answer(doubt()) ? .yes : .no
    }

    /// Whether any of `elements` fits.
    func any<Element>(
        _ elements: [Element], _ fits: (Element, Int) -> (Match, ContentDoubt)
    ) -> Match {
        var answer = Match.no
        for (place, element) in elements.enumerated() {
            let (fit, doubt) = fits(element, place)
            answer = answer.or(settle(fit, doubt))
            if answer == .yes { break }
        }
        return answer
    }
}
